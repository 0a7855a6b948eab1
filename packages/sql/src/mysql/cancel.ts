import { type Client, loadMysql2 } from "./driver.ts";
import { ServerError } from "./wire/server-error.ts";
import { queryPacket, RunStatements } from "./wire/statements.ts";

const NO_SUCH_THREAD = 1094;

/** Asks the server, over a connection of its own, to stop what the connection runs; it stays open. */
export async function killQuery({ threadId, config }: Client): Promise<void> {
  const { Connection } = await loadMysql2();
  const beside = new Connection({ config });
  await new Promise<void>((resolve, reject) => {
    beside.on("error", reject);
    beside.connect((error) => (error === null ? resolve() : reject(error)));
  });
  try {
    const kill = `KILL QUERY ${threadId}`;
    await new RunStatements((client) => queryPacket(client, kill)).run(beside);
  } catch (error) {
    if (!(error instanceof ServerError) || error.number !== NO_SUCH_THREAD) throw error;
  } finally {
    beside.destroy();
  }
}
