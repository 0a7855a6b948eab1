import { type Html, html } from "./html.ts";
import { placeInLayers } from "./layers.ts";
import type { PageNode } from "./nodes.ts";

const WIDTH = 200;
const HEIGHT = 44;
const GAP_X = 64;
const GAP_Y = 18;
const MARGIN = 12;
/** Letters of a name that fit its box. */
const LETTERS = 24;

/** The graph as SVG: a link for each node, a curve for each reference. */
export function graphSvg(nodes: readonly PageNode[]): Html {
  const placed = placeInLayers(nodes.map((node) => node.parents));
  const tallest = Math.max(0, ...placed.map(({ place }) => place)) + 1;
  const layers = Math.max(0, ...placed.map(({ layer }) => layer)) + 1;
  const sizes = new Array<number>(layers).fill(0);
  for (const { layer } of placed) sizes[layer]!++;
  const x = (node: number): number => MARGIN + placed[node]!.layer * (WIDTH + GAP_X);
  const y = (node: number): number => {
    const { layer, place } = placed[node]!;
    // Shorter layers stand in the middle.
    const above = ((tallest - sizes[layer]!) / 2) * (HEIGHT + GAP_Y);
    return MARGIN + above + place * (HEIGHT + GAP_Y);
  };
  const width = 2 * MARGIN + layers * WIDTH + (layers - 1) * GAP_X;
  const height = 2 * MARGIN + tallest * HEIGHT + (tallest - 1) * GAP_Y;
  const edges = nodes.flatMap((node, to) =>
    node.parents.map((from) => {
      const [x1, y1] = [x(from) + WIDTH, y(from) + HEIGHT / 2];
      const [x2, y2] = [x(to), y(to) + HEIGHT / 2];
      const bend = Math.max(GAP_X / 2, (x2 - x1) / 2);
      const path = `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
      return html`<path class="edge" data-from="${from}" data-to="${to}" d="${path}" />`;
    }),
  );
  const boxes = nodes.map((node, k) => {
    const short = node.name.length > LETTERS ? `${node.name.slice(0, LETTERS - 1)}…` : node.name;
    return html`<a
      class="node ${node.kind}"
      data-node="${k}"
      href="#n${k}"
      aria-label="${node.name}, ${node.what}${node.verdict ? `, ${node.verdict}` : ""}"
      ><title>${node.name}</title
      ><rect x="${x(k)}" y="${y(k)}" width="${WIDTH}" height="${HEIGHT}" rx="6" /><text
        x="${x(k) + 10}"
        y="${y(k) + 18}"
        >${short}</text
      ><text class="what ${node.verdict ?? ""}" x="${x(k) + 10}" y="${y(k) + 35}"
        >${node.mark}${node.what}</text
      ></a
    > `;
  });
  return html`<svg
    class="graph"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="group"
    aria-label="Graph of the models"
  >
    ${edges} ${boxes}
  </svg>`;
}
