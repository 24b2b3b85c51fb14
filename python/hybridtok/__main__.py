"""`python -m hybridtok`."""

import sys

from hybridtok.cli import main

sys.exit(main())
