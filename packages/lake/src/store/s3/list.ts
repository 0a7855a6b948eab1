import type { HttpAnswer } from "../http/answer.ts";
import { childrenOf, parseXml, textAt } from "../xml.ts";
import type { S3Connection } from "./connection.ts";

export interface ListedPage {
  readonly objects: readonly {
    readonly key: string;
    readonly size: number;
    readonly modifiedMs: number;
  }[];
}

/** The pages of a listing (ListObjectsV2), in order of the keys' UTF-8 bytes; an answer that is an error is the last. */
export async function* listObjects(
  connection: S3Connection,
  prefix: string,
  after: string | undefined,
): AsyncGenerator<ListedPage | HttpAnswer> {
  let token: string | undefined;
  do {
    const answer = await connection.send({
      method: "GET",
      key: "",
      query: {
        // Sorted by name, as it is signed.
        ...(token !== undefined && { "continuation-token": token }),
        "encoding-type": "url",
        "list-type": "2",
        prefix,
        ...(token === undefined && after !== undefined && { "start-after": after }),
      },
    });
    if (answer.status !== 200) {
      yield answer;
      return;
    }
    const page = parseXml(new TextDecoder().decode(answer.body));
    // Keys may have characters that XML cannot; some servers do not encode them all the same, and say so.
    const encoded = textAt(page, "EncodingType") === "url";
    const objects = childrenOf(page, "Contents").map((object) => {
      const key = textAt(object, "Key") ?? "";
      return {
        key: encoded ? decodeURIComponent(key.replaceAll("+", " ")) : key,
        size: Number(textAt(object, "Size")),
        // Whole seconds, as a head tells it.
        modifiedMs: Math.floor(Date.parse(textAt(object, "LastModified") ?? "") / 1000) * 1000,
      };
    });
    yield { objects };
    const truncated = textAt(page, "IsTruncated") === "true";
    token = truncated ? textAt(page, "NextContinuationToken") : undefined;
  } while (token !== undefined);
}
