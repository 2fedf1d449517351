/// What the page does when somebody chooses something.
enum PageScript {
    /// The script. Nothing of the data stands in it.
    static let text = #"""

        "use strict";
        document.documentElement.classList.add("js");

        // Shows cards in steps, all of them or those of one kind of mistake.
        function gallery(root) {
          const step = 60;
          const list = root.querySelector(".cards");
          const all = [...list.children];
          const more = root.querySelector(".more");
          const status = root.querySelector(".status");
          const heat = root.querySelector(".all-heat");
          const filter = root.querySelector(".filter");
          const reset = root.querySelector(".reset");
          let chosen = all;
          let kind = "";
          let limit = step;

          function show() {
            const visible = new Set(chosen.slice(0, limit));
            for (const card of all) card.hidden = !visible.has(card);
            list.classList.add("ready");
            const left = chosen.length - visible.size;
            more.hidden = left <= 0;
            more.textContent = `Show ${Math.min(step, left).toLocaleString("en")} more`;
            const number = value => value.toLocaleString("en");
            status.textContent = `${number(visible.size)} of ${number(chosen.length)} cards shown${kind}`;
          }
          more.addEventListener("click", () => {
            const next = chosen[limit];
            limit += step;
            show();
            if (next) next.querySelector("h3").focus();
          });

          function press(button, isOn) { button.setAttribute("aria-pressed", String(isOn)); }
          function turn(card, isOn) {
            const button = card.querySelector(".heat-toggle");
            if (!button) return;
            press(button, isOn);
            card.classList.toggle("heated", isOn);
          }
          list.addEventListener("click", event => {
            if (!event.target.matches(".heat-toggle")) return;
            const card = event.target.closest(".card");
            turn(card, !card.classList.contains("heated"));
          });
          if (heat) heat.addEventListener("click", () => {
            const isOn = heat.getAttribute("aria-pressed") !== "true";
            press(heat, isOn);
            for (const card of all) turn(card, isOn);
          });

          function choose(value) {
            const option = [...filter.options].find(option => option.value === value) ?? filter.options[0];
            filter.value = option.value;
            const cards = option.dataset.cards;
            chosen = cards ? cards.split(" ").map(index => all[Number(index)]) : all;
            kind = cards ? `: ${option.textContent.trim()}` : "";
            limit = step;
            reset.hidden = !cards;
            for (const link of document.querySelectorAll("a[data-cell]")) {
              if (cards && link.dataset.cell === value) link.setAttribute("aria-current", "true");
              else link.removeAttribute("aria-current");
            }
            show();
          }
          if (filter) {
            filter.addEventListener("change", () => choose(filter.value));
            reset.addEventListener("click", () => { choose(""); filter.focus(); });
            document.addEventListener("click", event => {
              const link = event.target.closest("a[data-cell]");
              if (!link) return;
              event.preventDefault();
              choose(link.dataset.cell);
              root.closest("section").scrollIntoView();
              filter.focus({ preventScroll: true });
            });
          }
          const target = location.hash.slice(1);
          const wanted = all.findIndex(card => card.id === target);
          if (wanted >= limit) limit = wanted + 1;
          show();
          if (wanted >= 0) all[wanted].scrollIntoView();
        }

        // Sorts a table by the column whose heading is chosen. Missing values stay at the end.
        function sortable(table) {
          const heads = [...table.tHead.rows[0].cells];
          const body = table.tBodies[0];
          const text = (row, column) => row.cells[column].textContent.trim();
          const number = (row, column) => parseFloat(text(row, column).replaceAll(",", "").replace("−", "-"));
          heads.forEach((head, column) => {
            const isName = column === 0 || head.classList.contains("name");
            const button = document.createElement("button");
            button.type = "button";
            button.append(...head.childNodes);
            head.append(button);
            button.addEventListener("click", () => {
              const first = isName ? "ascending" : "descending";
              const other = isName ? "descending" : "ascending";
              const order = head.getAttribute("aria-sort") === first ? other : first;
              for (const each of heads) each.removeAttribute("aria-sort");
              head.setAttribute("aria-sort", order);
              const sign = order === "ascending" ? 1 : -1;
              const rows = [...body.rows];
              const read = isName ? text : number;
              const keys = new Map(rows.map(row => [row, read(row, column)]));
              rows.sort((a, b) => {
                const [x, y] = [keys.get(a), keys.get(b)];
                if (isName) return sign * x.localeCompare(y, "en", { numeric: true });
                if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y);
                return sign * (x - y);
              });
              body.append(...rows);
            });
          });
        }

        addEventListener("DOMContentLoaded", () => {
          document.querySelectorAll(".gallery").forEach(gallery);
          document.querySelectorAll("table.sortable").forEach(sortable);
        });

        """#
}
