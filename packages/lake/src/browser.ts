export { filesStore } from "./store/browser/files-store.ts";
export type {
  BrowserFile,
  DirectoryHandle,
  DroppedEntry,
  DroppedItem,
  FileHandle,
  WritableFile,
} from "./store/browser/handles.ts";
export { opfsStore } from "./store/browser/opfs-store.ts";
