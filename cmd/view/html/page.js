(() => {
  "use strict";
  const order = new Intl.Collator("en", { numeric: true });
  const make = (tag, props, ...children) => {
    const e = Object.assign(document.createElement(tag), props);
    e.append(...children);
    return e;
  };

  const key = (row, i) => {
    const cell = row.cells[i];
    return cell.dataset.n === undefined ? cell.textContent.trim() : Number(cell.dataset.n);
  };
  const sort = (table, i, down) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [key(row, i), row]);
    rows.sort(([a], [b]) => {
      const c = typeof a === "number" && typeof b === "number" ? a - b : order.compare(a, b);
      return down ? -c : c;
    });
    body.append(...rows.map(([, row]) => row));
  };
  for (const table of document.querySelectorAll("table[data-sort]")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((th, i) => {
      if (th.dataset.nosort !== undefined) return;
      const button = make("button", { type: "button" }, ...th.childNodes);
      th.append(button);
      button.addEventListener("click", () => {
        const now = th.getAttribute("aria-sort");
        const down = now ? now === "ascending" : th.classList.contains("n") || (table.tBodies[0].rows[0]?.cells[i].dataset.n !== undefined);
        heads.forEach((h) => h.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, i, down);
      });
    });
  }

  // search makes a field that calls apply with a test for texts, and shows how
  // many of all it left.
  const search = (label, apply) => {
    const box = make("div", { className: "tools" });
    const input = make("input", { type: "search", autocomplete: "off", spellcheck: false });
    const said = make("output");
    const run = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const [shown, all] = apply((text) => words.every((w) => text.includes(w)));
      said.textContent = shown === all ? "" : shown + " of " + all + " shown";
    };
    input.addEventListener("input", run);
    box.append(make("label", {}, label, input), said);
    return { box, said, run };
  };
  const show = (e, yes) => e.toggleAttribute("data-out", !yes);
  const text = (e) => e.textContent.toLowerCase();

  for (const table of document.querySelectorAll("table[data-filter]")) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 8) continue;
    const texts = rows.map(text);
    const { box } = search("Filter " + table.dataset.filter, (test) => {
      let n = 0;
      rows.forEach((row, i) => {
        const yes = test(texts[i]);
        show(row, yes);
        n += yes;
      });
      return [n, rows.length];
    });
    table.parentElement.before(box);
  }

  const place = document.querySelector("[data-tools=findings]");
  if (place) {
    const cards = [...document.querySelectorAll("article.finding")];
    const rows = cards.map((c) => document.querySelector('tr[data-for="' + c.id + '"]'));
    const texts = cards.map((c, i) => text(c) + " " + text(rows[i]));
    const off = new Set();
    const { box, said, run } = search("Filter findings", (test) => {
      let n = 0;
      cards.forEach((card, i) => {
        const yes = !off.has(card.dataset.severity) && test(texts[i]);
        show(card, yes);
        show(rows[i], yes);
        n += yes;
      });
      return [n, cards.length];
    });
    for (const severity of ["error", "warning", "info"]) {
      const n = cards.filter((c) => c.dataset.severity === severity).length;
      if (!n || n === cards.length) continue;
      const check = make("input", { type: "checkbox", checked: true });
      check.addEventListener("change", () => {
        if (check.checked) off.delete(severity);
        else off.add(severity);
        run();
      });
      box.insertBefore(make("label", {}, check, severity + " (" + n + ")"), said);
    }
    place.replaceWith(box);
  }

  addEventListener("beforeprint", () => {
    for (const d of document.querySelectorAll("details")) d.open = true;
  });
})();
