/**
 * What the page does by itself: a table under the pointer shows where it comes from and goes to, a column pressed or under
 * the pointer the columns it is made of, and the field leaves out tables that have other names.
 */
export const SCRIPT: string = `
"use strict";
const graph = document.querySelector(".graph");
const edges = [...graph.querySelectorAll(".edge")];
const nodes = [...graph.querySelectorAll(".node")];
const reach = (start, from, to) => {
  const seen = new Set([start]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const edge of edges)
      if (seen.has(edge.dataset[from]) && !seen.has(edge.dataset[to])) { seen.add(edge.dataset[to]); grown = true; }
  }
  return seen;
};
const show = (numbers) => {
  graph.classList.toggle("tracing", numbers !== undefined);
  for (const node of nodes) node.classList.toggle("traced", numbers?.has(node.dataset.node) ?? false);
  for (const edge of edges)
    edge.classList.toggle("traced", numbers !== undefined && numbers.has(edge.dataset.from) && numbers.has(edge.dataset.to));
};
for (const node of nodes) {
  const trace = () => show(new Set([...reach(node.dataset.node, "from", "to"), ...reach(node.dataset.node, "to", "from")]));
  for (const event of ["pointerenter", "focus"]) node.addEventListener(event, trace);
  for (const event of ["pointerleave", "blur"]) node.addEventListener(event, () => pressed ? follow(pressed) : show());
}
let pressed;
const follow = (button) => {
  for (const row of document.querySelectorAll("tr.used")) row.classList.remove("used");
  if (!button) return show();
  const numbers = new Set();
  const open = [button.closest("tr")];
  const seen = new Set(open);
  while (open.length > 0) {
    const row = open.pop();
    row.classList.add("used");
    numbers.add(row.id.slice(1).split("c")[0]);
    for (const id of row.dataset.uses.split(" ")) {
      const next = id === "" ? null : document.getElementById(id);
      if (next && !seen.has(next)) { seen.add(next); open.push(next); }
    }
  }
  show(numbers);
};
for (const button of document.querySelectorAll(".column")) {
  button.addEventListener("pointerenter", () => follow(button));
  button.addEventListener("pointerleave", () => follow(pressed));
  button.addEventListener("click", () => {
    pressed?.setAttribute("aria-pressed", "false");
    pressed = pressed === button ? undefined : button;
    pressed?.setAttribute("aria-pressed", "true");
    follow(pressed);
  });
}
const field = document.querySelector("input");
field.addEventListener("input", () => {
  const wanted = field.value.trim().toLowerCase();
  for (const table of document.querySelectorAll(".table")) table.hidden = !table.dataset.name.includes(wanted);
});
`;
