// What reads some rows of a row group: loaded when that is asked for, by one request of a browser.
export { decodeRows } from "./decode/chunk-rows.ts";
export { fetchPages } from "./fetch-pages.ts";
