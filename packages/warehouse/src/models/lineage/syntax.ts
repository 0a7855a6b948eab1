/** A node of the syntax tree DuckDB's json_serialize_sql gives. */
export type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function node(of: Node, property: string): Node | undefined {
  const value = of[property];
  return isNode(value) ? value : undefined;
}

export function nodes(of: Node, property: string): readonly Node[] {
  const value = of[property];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function text(of: Node, property: string): string {
  const value = of[property];
  return typeof value === "string" ? value : "";
}

export function texts(of: Node, property: string): readonly string[] {
  const value = of[property];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Every expression directly inside of one, whatever its kind keeps them under. */
export function expressionsIn(of: Node): readonly Node[] {
  const found: Node[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (isNode(value)) {
      if (typeof value["class"] === "string") found.push(value);
      else for (const inner of Object.values(value)) visit(inner);
    }
  };
  for (const value of Object.values(of)) visit(value);
  return found;
}

/** Thrown where a tree has what is not followed; the lineage is then by table only. */
export class Unfollowed extends Error {}
