"use strict";
// Sorting of tables and filtering of lists, for those who have scripts; everything is there without.
(function () {
  function value(row, column) {
    var text = row.cells[column].textContent.trim();
    var number = parseFloat(text.replace(/[\u202f\u00a0 ]/g, ""));
    return isNaN(number) ? text.toLowerCase() : number;
  }
  function compare(a, b) {
    if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b, "en");
    return typeof a === "number" ? -1 : 1;
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    var heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var body = table.tBodies[0];
        Array.from(body.rows)
          .map(function (row) { return [value(row, column), row]; })
          .sort(function (a, b) { return (down ? -1 : 1) * compare(a[0], b[0]); })
          .forEach(function (pair) { body.appendChild(pair[1]); });
      });
    });
  });
  document.querySelectorAll("[data-filter]").forEach(function (list) {
    var label = document.createElement("label");
    label.textContent = "Show only entries on this page with the words ";
    var input = document.createElement("input");
    input.type = "search";
    label.appendChild(input);
    var count = document.createElement("p");
    count.setAttribute("role", "status");
    list.before(label, count);
    input.addEventListener("input", function () {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      Array.from(list.children).forEach(function (entry) {
        var text = entry.textContent.toLowerCase();
        entry.hidden = !words.every(function (word) { return text.includes(word); });
        if (!entry.hidden) shown += 1;
      });
      count.textContent = words.length ? shown + " of " + list.children.length + " shown" : "";
    });
  });
})();
