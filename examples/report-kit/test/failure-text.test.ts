import { LakewrightError } from "@lakewright/core";
import { expect, it } from "vitest";
import { failureText } from "../src/index.ts";

const system = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code });

it.each([
  [
    new LakewrightError("ERP_INVALID_OPTION", "--day is x.", { hint: "Give 1 or 2." }),
    "ERP_INVALID_OPTION: --day is x.\n  Give 1 or 2.",
  ],
  [new LakewrightError("ERP_INPUT", "No such file."), "ERP_INPUT: No such file."],
  [system("ENOSPC", "ENOSPC: write"), /^ERP_OUTPUT: The disk is full: ENOSPC: write\.\n {2}Make/],
  [system("EROFS", "EROFS: mkdir"), /^ERP_OUTPUT: This process may not write .*EROFS: mkdir\.\n/],
  [system("EOTHER", "so"), /^Unexpected error: so\n {2}Set LAKEWRIGHT_DEBUG=1/],
  ["text", /^Unexpected error: text\n/],
  [undefined, /^Unexpected error: undefined\n/],
])("a person is told what happened and what to do, no stack: %s", (error, text) => {
  expect(failureText(error, "ERP_OUTPUT")).toMatch(text);
});
