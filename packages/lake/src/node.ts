export { localStore } from "./store/local.ts";
