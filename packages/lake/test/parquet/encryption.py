"""Reads and writes encrypted Parquet by pyarrow, with master keys as base64 in a JSON text.

python encryption.py read FILE KEYS       prints the rows as JSON lines
python encryption.py write FILE KEYS HOW  writes rows with the encryption HOW, a JSON object of EncryptionConfiguration's options
"""

import base64
import datetime
import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe


class Wrapping(pe.KmsClient):
    """Wraps by exclusive or with the master key: the same in the test."""

    def __init__(self, keys):
        pe.KmsClient.__init__(self)
        self.keys = {name: base64.b64decode(key) for name, key in keys.items()}

    def mixed(self, key, name):
        master = self.keys[name]
        return bytes(byte ^ master[k % len(master)] for k, byte in enumerate(key))

    def wrap_key(self, key_bytes, master_key_identifier):
        return base64.b64encode(self.mixed(key_bytes, master_key_identifier))

    def unwrap_key(self, wrapped_key, master_key_identifier):
        return self.mixed(base64.b64decode(wrapped_key), master_key_identifier)


verb, path, keys = sys.argv[1:4]
connection = pe.KmsConnectionConfig()
factory = pe.CryptoFactory(lambda _: Wrapping(json.loads(keys)))
if verb == "read":
    properties = factory.file_decryption_properties(connection, pe.DecryptionConfiguration(cache_lifetime=datetime.timedelta(minutes=5)))
    table = pq.ParquetFile(path, decryption_properties=properties).read()
    for row in table.to_pylist():
        print(json.dumps(row))
else:
    how = pe.EncryptionConfiguration(**json.loads(sys.argv[4]))
    properties = factory.file_encryption_properties(connection, how)
    count = 3000
    table = pa.table(
        {
            "id": pa.array(range(count), pa.int64()),
            "name": pa.array([f"name {k % 7}" for k in range(count)]),
            "pay": pa.array([None if k % 5 == 0 else k * 1000 for k in range(count)], pa.int64()),
            "home": pa.array([{"city": f"city {k}", "tags": ["a", f"tag {k}"]} for k in range(count)]),
        }
    )
    with pq.ParquetWriter(path, table.schema, encryption_properties=properties, data_page_size=2000) as writer:
        writer.write_table(table, row_group_size=1000)
