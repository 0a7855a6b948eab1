import type {
  Action,
  AddFile,
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
  Transaction,
} from "./actions.ts";
import type { CheckpointRows } from "../checkpoint/rows.ts";
import type { ScannedCommit } from "./commit-scan.ts";
import { fileKey } from "../file-set/file-key.ts";
import { FileSet } from "../file-set/file-set.ts";

export { fileKey };

/** What the log says at one version, by replaying it. Advances with {@link LogState.apply}. */
export class LogState {
  version = -1n;
  protocol: Protocol | undefined;
  metadata: Metadata | undefined;
  /** Live files by {@link fileKey}. */
  readonly files = new FileSet<AddFile>();
  /** Files removed, which checkpoints keep until they expire. */
  readonly tombstones = new FileSet<RemoveFile>();
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
      if (action.add) this.files.set(action.add);
      else if (action.remove) this.tombstones.set(action.remove);
      else this.applyOther(action);
    }
  }

  /** Takes rows of a checkpoint, in any order. */
  applyRows(rows: CheckpointRows): void {
    this.applyUnordered(rows.actions);
    rows.apply(this.files, this.tombstones);
  }

  /** Takes the commit of the next version: what it removes first, then what it adds. */
  apply(version: bigint, actions: readonly Action[]): void {
    this.applyScanned(version, { actions, lines: undefined });
  }

  /** As {@link LogState.apply}, of a commit whose actions on files are lines still. */
  applyScanned(version: bigint, { actions, lines }: ScannedCommit): void {
    for (const { remove } of actions) {
      if (!remove) continue;
      this.changed.files = version;
      this.files.delete(fileKey(remove));
      this.tombstones.set(remove);
    }
    if (lines?.remove(this.files as FileSet<never>, this.tombstones)) this.changed.files = version;
    if (lines?.addTo(this.files, this.tombstones as FileSet<never>)) this.changed.files = version;
    this.inCommitTimestamp = undefined;
    for (const action of actions) {
      if (action.add) {
        this.files.set(action.add);
        this.tombstones.delete(fileKey(action.add));
        this.changed.files = version;
      } else if (action.commitInfo) {
        this.inCommitTimestamp = action.commitInfo.inCommitTimestamp;
      } else {
        this.applyOther(action);
        this.note(version, action);
      }
    }
    this.version = version;
    this.files.clean();
    this.tombstones.clean();
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
