import type { HttpAnswer } from "../http/answer.ts";
import { brokenListing, decodeName } from "../http/listing.ts";
import { childrenOf, readXml, textAt } from "../xml.ts";
import type { AzureConnection } from "./connection.ts";

export interface ListedPage {
  readonly blobs: readonly {
    readonly name: string;
    readonly size: number;
    readonly modifiedMs: number;
  }[];
}

/** The pages of a listing (List Blobs); an answer that is an error is the last. */
export async function* listBlobs(
  connection: AzureConnection,
  prefix: string,
): AsyncGenerator<ListedPage | HttpAnswer> {
  let marker = "";
  do {
    const answer = await connection.send({
      method: "GET",
      query: {
        restype: "container",
        comp: "list",
        ...(prefix !== "" && { prefix }),
        ...(marker !== "" && { marker }),
      },
    });
    if (answer.status !== 200) {
      yield answer;
      return;
    }
    const page = readXml(answer.body, "EnumerationResults");
    if (!page) {
      yield brokenListing(answer, "the answer is no listing of a container");
      return;
    }
    const list = page.children.find(({ name }) => name === "Blobs");
    const blobs = (list ? childrenOf(list, "Blob") : [])
      // Accounts with a hierarchical namespace list folders as well.
      .filter((blob) => textAt(blob, "Properties", "ResourceType") !== "directory")
      .map((blob) => {
        const name = blob.children.find((child) => child.name === "Name");
        return {
          name: nameOf(name?.text ?? "", name?.attributes ?? ""),
          size: Number(textAt(blob, "Properties", "Content-Length")),
          modifiedMs: Date.parse(textAt(blob, "Properties", "Last-Modified") ?? ""),
        };
      });
    yield { blobs };
    const next = textAt(page, "NextMarker") ?? "";
    if (next !== "" && next === marker) {
      yield brokenListing(answer, "the listing does not go on");
      return;
    }
    marker = next;
  } while (marker !== "");
}

/** Names with characters that XML cannot have are percent-encoded, and marked. */
function nameOf(text: string, attributes: string): string {
  return /\bEncoded\s*=\s*["']true["']/i.test(attributes) ? decodeName(text) : text;
}
