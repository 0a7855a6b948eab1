export { localStore } from "./store/local.ts";
export { fileBytes } from "./text/file-bytes.ts";
