import type { SqlEngine, SqlSession } from "@lakewright/sql";

/** The engine, which calls a function when a bulk load inside one of its transactions is done. */
export function afterLoads(engine: SqlEngine, done: () => void): SqlEngine {
  const transaction: SqlEngine["transaction"] = (run, options) =>
    engine.transaction((session) => run(watched(session, done)), options);
  return replaced(engine, { transaction });
}

function watched(session: SqlSession, done: () => void): SqlSession {
  const load: SqlSession["load"] = async (...given) => {
    const result = await session.load(...given);
    done();
    return result;
  };
  return replaced(session, { load });
}

/** The object with other methods in the place of some. */
function replaced<T extends object>(object: T, methods: Partial<T>): T {
  return new Proxy(object, {
    get(target, name) {
      if (name in methods) return methods[name as keyof T];
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
