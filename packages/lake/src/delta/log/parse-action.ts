import { LakeError } from "../../errors.ts";
import type {
  Action,
  AddFile,
  ChangeFile,
  CommitInfoAction,
  DeletionVector,
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
  Sidecar,
  Transaction,
} from "./actions.ts";

/** What an add and a remove have in common. */
export type LoggedFile = Pick<RemoveFile, "path" | "partitionValues" | "deletionVector">;

/** A JSON object, or a row of a checkpoint: there 64-bit integers are bigint, maps are pairs, and null is absent. */
export type RawAction = Readonly<Record<string, unknown>>;

/**
 * The action of a line of a commit or a row of a checkpoint; undefined for kinds this package does not know, which the
 * protocol wants ignored.
 *
 * @throws LakeError LAKE_CORRUPT_LOG where a property the protocol requires is missing or of another type.
 */
export function parseAction(raw: RawAction, source: string): Action | undefined {
  for (const [kind, read] of Object.entries(readers)) {
    const value = raw[kind];
    if (value === null || value === undefined) continue;
    if (typeof value !== "object") throw corrupt(source, kind, "is no object");
    return read(new Fields(value as RawAction, kind, source));
  }
  return undefined;
}

const readers: Readonly<Record<string, (fields: Fields) => Action>> = {
  add: (fields) => ({ add: addFile(fields) }),
  remove: (fields) => ({ remove: removeFile(fields) }),
  cdc: (fields) => ({ cdc: changeFile(fields) }),
  txn: (fields) => ({ txn: transaction(fields) }),
  protocol: (fields) => ({ protocol: protocol(fields) }),
  metaData: (fields) => ({ metaData: metadata(fields) }),
  domainMetadata: (fields) => ({ domainMetadata: domainMetadata(fields) }),
  sidecar: (fields) => ({ sidecar: sidecar(fields) }),
  commitInfo: (fields) => ({ commitInfo: fields.raw as CommitInfoAction }),
};

function addFile(fields: Fields): AddFile {
  const stats = fields.optionalText("stats");
  const parsed = stats === undefined ? fields.raw["stats_parsed"] : undefined;
  return {
    path: fields.text("path"),
    partitionValues: fields.textMap("partitionValues") ?? {},
    size: fields.number("size"),
    modificationTime: fields.optionalNumber("modificationTime") ?? 0,
    dataChange: fields.raw["dataChange"] !== false,
    ...defined({
      stats,
      parsedStats: (parsed ?? undefined) as AddFile["parsedStats"],
      tags: fields.textMap("tags"),
      deletionVector: deletionVector(fields),
      baseRowId: fields.optionalBigint("baseRowId"),
      defaultRowCommitVersion: fields.optionalBigint("defaultRowCommitVersion"),
      clusteringProvider: fields.optionalText("clusteringProvider"),
    }),
  };
}

function removeFile(fields: Fields): RemoveFile {
  return {
    path: fields.text("path"),
    dataChange: fields.raw["dataChange"] !== false,
    ...defined({
      deletionTimestamp: fields.optionalNumber("deletionTimestamp"),
      extendedFileMetadata: (fields.raw["extendedFileMetadata"] ?? undefined) as
        boolean | undefined,
      partitionValues: fields.textMap("partitionValues"),
      size: fields.optionalNumber("size"),
      tags: fields.textMap("tags"),
      deletionVector: deletionVector(fields),
      baseRowId: fields.optionalBigint("baseRowId"),
      defaultRowCommitVersion: fields.optionalBigint("defaultRowCommitVersion"),
    }),
  };
}

function changeFile(fields: Fields): ChangeFile {
  return {
    path: fields.text("path"),
    partitionValues: fields.textMap("partitionValues") ?? {},
    size: fields.number("size"),
  };
}

function deletionVector(fields: Fields): DeletionVector | undefined {
  const inner = fields.object("deletionVector");
  if (!inner) return undefined;
  return {
    storageType: inner.text("storageType"),
    pathOrInlineDv: inner.text("pathOrInlineDv"),
    sizeInBytes: inner.number("sizeInBytes"),
    cardinality: inner.number("cardinality"),
    ...defined({
      offset: inner.optionalNumber("offset"),
      maxRowIndex: inner.optionalNumber("maxRowIndex"),
    }),
  };
}

function transaction(fields: Fields): Transaction {
  return {
    appId: fields.text("appId"),
    version: fields.bigint("version"),
    ...defined({ lastUpdated: fields.optionalNumber("lastUpdated") }),
  };
}

function protocol(fields: Fields): Protocol {
  return {
    minReaderVersion: fields.number("minReaderVersion"),
    minWriterVersion: fields.number("minWriterVersion"),
    ...defined({
      readerFeatures: fields.texts("readerFeatures"),
      writerFeatures: fields.texts("writerFeatures"),
    }),
  };
}

function metadata(fields: Fields): Metadata {
  const format = fields.object("format");
  return {
    id: fields.optionalText("id") ?? "",
    format: {
      provider: format?.optionalText("provider") ?? "parquet",
      options: (format?.textMap("options") ?? {}) as Record<string, string>,
    },
    schemaString: fields.optionalText("schemaString") ?? "",
    partitionColumns: fields.texts("partitionColumns") ?? [],
    configuration: (fields.textMap("configuration") ?? {}) as Record<string, string>,
    ...defined({
      name: fields.optionalText("name"),
      description: fields.optionalText("description"),
      createdTime: fields.optionalNumber("createdTime"),
    }),
  };
}

function domainMetadata(fields: Fields): DomainMetadata {
  return {
    domain: fields.text("domain"),
    configuration: fields.optionalText("configuration") ?? "",
    removed: fields.raw["removed"] === true,
  };
}

function sidecar(fields: Fields): Sidecar {
  return { path: fields.text("path"), sizeInBytes: fields.number("sizeInBytes") };
}

/** Reads the properties of one action by type. */
class Fields {
  readonly raw: RawAction;
  private readonly kind: string;
  private readonly source: string;

  constructor(raw: RawAction, kind: string, source: string) {
    this.raw = raw;
    this.kind = kind;
    this.source = source;
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.raw[name] ?? undefined;
    if (value !== undefined && typeof value !== "string") throw this.wrong(name, "text");
    return value;
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? this.missing(name);
  }

  optionalNumber(name: string): number | undefined {
    const value = this.raw[name] ?? undefined;
    if (value === undefined || typeof value === "number") return value;
    if (typeof value === "bigint") return Number(value);
    throw this.wrong(name, "a number");
  }

  bigint(name: string): bigint {
    return this.optionalBigint(name) ?? this.missing(name);
  }

  optionalBigint(name: string): bigint | undefined {
    const value = this.raw[name] ?? undefined;
    if (value === undefined || typeof value === "bigint") return value;
    if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
    throw this.wrong(name, "an integer");
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.raw[name] ?? undefined;
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw this.wrong(name, "a list");
    return value.map(String);
  }

  textMap(name: string): Readonly<Record<string, string | null>> | undefined {
    const value = this.raw[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== "object") throw this.wrong(name, "a map");
    // Checkpoints give the pairs of a map. Names such as "__proto__" stay names: fromEntries defines them.
    return Array.isArray(value)
      ? Object.fromEntries(value as [string, string | null][])
      : (value as Record<string, string | null>);
  }

  object(name: string): Fields | undefined {
    const value = this.raw[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== "object") throw this.wrong(name, "an object");
    return new Fields(value as RawAction, `${this.kind}.${name}`, this.source);
  }

  private missing(name: string): never {
    throw corrupt(this.source, `${this.kind}.${name}`, "is missing");
  }

  private wrong(name: string, type: string): LakeError {
    return corrupt(this.source, `${this.kind}.${name}`, `is not ${type}`);
  }
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as never;
}

function corrupt(source: string, property: string, problem: string): LakeError {
  return new LakeError("LAKE_CORRUPT_LOG", `${source}: ${property} ${problem}.`, {
    details: { path: source, property },
  });
}
