import type {
  Action,
  AddFile,
  DeletionVector,
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
  Transaction,
} from "./actions.ts";
import { canonicalPath } from "./paths.ts";

/** What the log says at one version, by replaying it. Advances with {@link LogState.apply}. */
export class LogState {
  version = -1n;
  protocol: Protocol | undefined;
  metadata: Metadata | undefined;
  /** Live files by {@link fileKey}. */
  readonly files = new Map<string, AddFile>();
  /** Files removed, which checkpoints keep until they expire. */
  readonly tombstones = new Map<string, RemoveFile>();
  readonly transactions = new Map<string, Transaction>();
  readonly domains = new Map<string, DomainMetadata>();
  /** Of the last commit applied, where it had one. */
  inCommitTimestamp: number | undefined;
  /** The last version that changed each; of what a checkpoint says, no later than its version. */
  readonly changed = {
    protocol: -1n,
    metadata: -1n,
    files: -1n,
    transactions: new Map<string, bigint>(),
  };

  /** Takes actions in any order, as those of a checkpoint are. */
  applyUnordered(actions: Iterable<Action>): void {
    for (const action of actions) {
      if (action.add) this.files.set(fileKey(action.add), action.add);
      else if (action.remove) this.tombstones.set(fileKey(action.remove), action.remove);
      else this.applyOther(action);
    }
  }

  /** Takes the commit of the next version: what it removes first, then what it adds. */
  apply(version: bigint, actions: readonly Action[]): void {
    for (const { remove } of actions) {
      if (!remove) continue;
      this.changed.files = version;
      const key = fileKey(remove);
      this.files.delete(key);
      this.tombstones.set(key, remove);
    }
    this.inCommitTimestamp = undefined;
    for (const action of actions) {
      if (action.add) {
        const key = fileKey(action.add);
        this.files.set(key, action.add);
        this.tombstones.delete(key);
        this.changed.files = version;
      } else if (action.commitInfo) {
        this.inCommitTimestamp = action.commitInfo.inCommitTimestamp;
      } else {
        this.applyOther(action);
        this.note(version, action);
      }
    }
    this.version = version;
  }

  private note(version: bigint, { protocol, metaData, txn }: Action): void {
    if (protocol) this.changed.protocol = version;
    else if (metaData) this.changed.metadata = version;
    else if (txn) this.changed.transactions.set(txn.appId, version);
  }

  private applyOther({ protocol, metaData, txn, domainMetadata }: Action): void {
    if (protocol) this.protocol = protocol;
    else if (metaData) this.metadata = metaData;
    else if (txn) this.transactions.set(txn.appId, txn);
    else if (domainMetadata?.removed) this.domains.delete(domainMetadata.domain);
    else if (domainMetadata) this.domains.set(domainMetadata.domain, domainMetadata);
  }
}

/** What identifies a file in the log: its path, decoded, and its deletion vector. */
export function fileKey(file: {
  readonly path: string;
  readonly deletionVector?: DeletionVector | undefined;
}): string {
  const path = canonicalPath(file.path);
  return file.deletionVector ? `${path}\n${deletionVectorId(file.deletionVector)}` : path;
}

function deletionVectorId({ storageType, pathOrInlineDv, offset }: DeletionVector): string {
  return storageType + pathOrInlineDv + (offset === undefined ? "" : `@${offset}`);
}
