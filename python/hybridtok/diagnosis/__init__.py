"""What is wrong with a tokenizer: entries that no text reaches, broken merges, and the like.

    import hybridtok as ht

    for finding in ht.doctor("my-tokenizer", corpus="corpus.txt").findings:
        print(finding.code, finding.severity, finding.text)

What each code means is in docs/doctor.md.
"""

from hybridtok.diagnosis.examining import doctor
from hybridtok.diagnosis.findings import TITLES, Diagnosis, Finding, Severity

__all__ = ["TITLES", "Diagnosis", "Finding", "Severity", "doctor"]
