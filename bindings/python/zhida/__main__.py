"""python -m zhida"""

import sys

from zhida.cli import main

sys.exit(main())
