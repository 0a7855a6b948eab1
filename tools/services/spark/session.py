"""A Spark session with Delta Lake that answers SQL: a JSON text a line in ({"sql": …}), a JSON object a line out.

Values keep every digit: integers and decimals are texts, timestamps ISO texts with microseconds (UTC with Z, wall-clock
without), binaries hex, maps lists of pairs. Arguments: the folder of the Delta jars, a folder for Spark's own files.
"""

import datetime
import decimal
import glob
import json
import sys

from pyspark.errors import PySparkException
from pyspark.sql import Row, SparkSession
from pyspark.sql.types import TimestampNTZType

jars, folder = sys.argv[1:3]
settings = {
    "spark.jars": ",".join(glob.glob(f"{jars}/*.jar")),
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.driver.memory": "1500m",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    # Thousands of small tasks are its defaults for small tables.
    "spark.sql.shuffle.partitions": "2",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
    "spark.sql.warehouse.dir": f"{folder}/warehouse",
    "spark.local.dir": f"{folder}/local",
    "spark.driver.extraJavaOptions": f"-Dderby.system.home={folder} -Djava.io.tmpdir={folder} -Duser.timezone=UTC",
    "spark.log.level": "ERROR",
}
builder = SparkSession.builder.master("local[2]").appName("lakewright")
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()


def plain(value, type=None):
    if isinstance(value, datetime.datetime):
        if isinstance(type, TimestampNTZType):
            return value.isoformat(timespec="microseconds")
        utc = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return utc.isoformat(timespec="microseconds") + "Z"
    if isinstance(value, Row):
        types = dict((field.name, field.dataType) for field in type.fields)
        return {name: plain(value[k], types[name]) for k, name in enumerate(value.__fields__)}
    if isinstance(value, dict):
        return [[plain(key, type.keyType), plain(item, type.valueType)] for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [plain(item, type.elementType) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, (int, datetime.date)):
        return str(value)
    return str(value)


def answer(request):
    frame = spark.sql(request["sql"])
    rows = frame.collect()
    types = {field.name: field.dataType for field in frame.schema.fields}
    return {"rows": [{name: plain(row[name], types[name]) for name in frame.columns} for row in rows]}


def tell(message):
    print(json.dumps(message), flush=True)


tell({"ready": spark.version})
for line in sys.stdin:
    try:
        tell(answer(json.loads(line)))
    except PySparkException as error:
        tell({"error": str(error).split("\n\tat ")[0].split("JVM stacktrace")[0][:2000]})
    except Exception as error:
        tell({"error": f"{type(error).__name__}: {error}".split("\n\tat ")[0][:2000]})
