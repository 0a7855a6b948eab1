/** The actions of the Delta log, as PROTOCOL.md of delta-io/delta names them ("Actions"). */

export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[] | undefined;
  readonly writerFeatures?: readonly string[] | undefined;
}

export interface Metadata {
  readonly id: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly format: {
    readonly provider: string;
    readonly options: Readonly<Record<string, string>>;
  };
  /** The schema as JSON text. */
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTime?: number | undefined;
}

export interface DeletionVector {
  /** "u": a file named by a UUID, "i": inline, "p": an absolute path. */
  readonly storageType: string;
  readonly pathOrInlineDv: string;
  readonly offset?: number | undefined;
  readonly sizeInBytes: number;
  readonly cardinality: number;
  readonly maxRowIndex?: number | undefined;
}

export type PartitionValues = Readonly<Record<string, string | null>>;

export interface AddFile {
  /** As in the log: percent-encoded, relative to the table or absolute. */
  readonly path: string;
  /** By physical column name; null and "" are both null. */
  readonly partitionValues: PartitionValues;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** JSON text. */
  readonly stats?: string | undefined;
  /** Statistics a checkpoint carries as a struct, where it has no JSON ones. */
  readonly parsedStats?: Readonly<Record<string, unknown>> | undefined;
  readonly tags?: Readonly<Record<string, string | null>> | undefined;
  readonly deletionVector?: DeletionVector | undefined;
  readonly baseRowId?: bigint | undefined;
  readonly defaultRowCommitVersion?: bigint | undefined;
  readonly clusteringProvider?: string | undefined;
}

export interface RemoveFile {
  readonly path: string;
  readonly dataChange: boolean;
  readonly deletionTimestamp?: number | undefined;
  readonly extendedFileMetadata?: boolean | undefined;
  readonly partitionValues?: PartitionValues | undefined;
  readonly size?: number | undefined;
  readonly tags?: Readonly<Record<string, string | null>> | undefined;
  readonly deletionVector?: DeletionVector | undefined;
  readonly baseRowId?: bigint | undefined;
  readonly defaultRowCommitVersion?: bigint | undefined;
}

/** A file of the change feed: rows with a column `_change_type`. */
export interface ChangeFile {
  readonly path: string;
  readonly partitionValues: PartitionValues;
  readonly size: number;
  /** False where it is there: the change is told by the files added and removed. */
  readonly dataChange?: boolean | undefined;
}

/** How far an application has written: the exactly-once marker. */
export interface Transaction {
  readonly appId: string;
  readonly version: bigint;
  readonly lastUpdated?: number | undefined;
}

export interface DomainMetadata {
  readonly domain: string;
  readonly configuration: string;
  readonly removed: boolean;
}

/** Free-form; these are the entries this package reads. */
export interface CommitInfoAction {
  readonly timestamp?: number | undefined;
  readonly inCommitTimestamp?: number | undefined;
  readonly operation?: string | undefined;
  readonly operationParameters?: Readonly<Record<string, unknown>> | undefined;
  readonly operationMetrics?: Readonly<Record<string, unknown>> | undefined;
  readonly isBlindAppend?: boolean | undefined;
  readonly readVersion?: number | bigint | undefined;
  readonly isolationLevel?: string | undefined;
  readonly engineInfo?: string | undefined;
  readonly txnId?: string | undefined;
}

/** A file of a v2 checkpoint that holds a part of its actions. */
export interface Sidecar {
  readonly path: string;
  readonly sizeInBytes: number;
}

/** One action: exactly one property is set. Unknown actions are left out when the log is read. */
export interface Action {
  readonly protocol?: Protocol;
  readonly metaData?: Metadata;
  readonly add?: AddFile;
  readonly remove?: RemoveFile;
  readonly cdc?: ChangeFile;
  readonly txn?: Transaction;
  readonly domainMetadata?: DomainMetadata;
  readonly commitInfo?: CommitInfoAction;
  readonly sidecar?: Sidecar;
}
