"""`python -m hybridtok.cli`."""

import sys

from hybridtok.cli import main

sys.exit(main())
