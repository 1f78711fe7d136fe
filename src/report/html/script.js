"use strict";
(() => {
  const form = document.getElementById("filter");
  const rows = [...document.querySelectorAll("[data-cause]")];
  const count = document.getElementById("shown");
  const value = (name) => form.elements[name].value.trim();
  const apply = () => {
    const cause = value("cause");
    const client = value("client").toLowerCase();
    const from = value("from");
    const until = value("until");
    let shown = 0;
    for (const row of rows) {
      const { cause: own, client: address = "", at = "" } = row.dataset;
      const listed = row.tagName === "TR";
      const hidden =
        (cause !== "" && own !== cause) ||
        (listed && client !== "" && !address.toLowerCase().includes(client)) ||
        (listed && from !== "" && at < from) ||
        (listed && until !== "" && (at === "" || at > until));
      row.hidden = hidden;
      if (listed && !hidden) shown += 1;
    }
    count.textContent = `${shown} attempts shown`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
