"""One run of dbt: snapshot_job.py <arguments of dbt>. Says what dlt_job.py does, and begins when it is told to.

Not called dbt_job.py: dbt takes what is called so for a plugin of its own.
"""
import sys
import time

import dbt.adapters.postgres  # noqa: F401
from dbt.cli.main import dbtRunner

print("imported", flush=True)
print("ready", time.process_time(), flush=True)
sys.stdin.readline()
sys.exit(0 if dbtRunner().invoke(sys.argv[1:]).success else 1)
