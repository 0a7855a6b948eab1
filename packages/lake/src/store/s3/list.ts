import type { HttpAnswer } from "../http/answer.ts";
import { brokenListing, decodeName } from "../http/listing.ts";
import { childrenOf, readXml, textAt } from "../xml.ts";
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
    const page = readXml(answer.body, "ListBucketResult");
    if (!page) {
      yield brokenListing(answer, "the answer is no listing of a bucket");
      return;
    }
    // Keys may have characters that XML cannot; some servers do not encode them all the same, and say so.
    const encoded = textAt(page, "EncodingType") === "url";
    const objects = childrenOf(page, "Contents").map((object) => {
      const key = textAt(object, "Key") ?? "";
      return {
        key: encoded ? decodeName(key.replaceAll("+", " ")) : key,
        size: Number(textAt(object, "Size")),
        // Whole seconds, as a head tells it.
        modifiedMs: Math.floor(Date.parse(textAt(object, "LastModified") ?? "") / 1000) * 1000,
      };
    });
    yield { objects };
    const truncated = textAt(page, "IsTruncated") === "true";
    const next = truncated ? textAt(page, "NextContinuationToken") : undefined;
    // Taken for the end, a listing that was cut would lose objects.
    if (truncated && (next === undefined || next === "" || next === token)) {
      yield brokenListing(answer, "the listing was cut, without saying how it goes on");
      return;
    }
    token = next;
  } while (token !== undefined);
}
