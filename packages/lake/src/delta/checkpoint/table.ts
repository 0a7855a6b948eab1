import {
  bool,
  type Column,
  int32,
  int64,
  list,
  map,
  nullable,
  struct,
  type Table,
  tableFromFields,
  utf8,
} from "@lakewright/core";

const text = nullable(utf8());
const long = nullable(int64());
const int = nullable(int32());
const flag = nullable(bool());
const texts = nullable(list(utf8()));
const textMap = nullable(map(utf8(), nullable(utf8())));

const deletionVector = nullable(
  struct({
    storageType: text,
    pathOrInlineDv: text,
    offset: int,
    sizeInBytes: int,
    cardinality: long,
    maxRowIndex: long,
  }),
);

/**
 * The columns of a checkpoint ("Checkpoint Schema" of PROTOCOL.md): one for each kind of action, one set in each row.
 */
export const checkpointTable: Table = tableFromFields(
  "checkpoint",
  Object.entries<Column>({
    txn: nullable(struct({ appId: text, version: long, lastUpdated: long })),
    add: nullable(
      struct({
        path: text,
        partitionValues: textMap,
        size: long,
        modificationTime: long,
        dataChange: flag,
        tags: textMap,
        deletionVector,
        baseRowId: long,
        defaultRowCommitVersion: long,
        clusteringProvider: text,
        stats: text,
      }),
    ),
    remove: nullable(
      struct({
        path: text,
        deletionTimestamp: long,
        dataChange: flag,
        extendedFileMetadata: flag,
        partitionValues: textMap,
        size: long,
        deletionVector,
        baseRowId: long,
        defaultRowCommitVersion: long,
      }),
    ),
    metaData: nullable(
      struct({
        id: text,
        name: text,
        description: text,
        format: nullable(struct({ provider: text, options: textMap })),
        schemaString: text,
        partitionColumns: texts,
        configuration: textMap,
        createdTime: long,
      }),
    ),
    protocol: nullable(
      struct({
        minReaderVersion: int,
        minWriterVersion: int,
        readerFeatures: texts,
        writerFeatures: texts,
      }),
    ),
    domainMetadata: nullable(struct({ domain: text, configuration: text, removed: flag })),
  }).map(([name, column]) => ({ name, column })),
);
