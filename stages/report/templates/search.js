"use strict";
// The search over files beside this page: scripts, so that it works from a local folder, too.
var deklaroLines = [];
function deklaroSites(text) { deklaroLines = deklaroLines.concat(text.split("\n").filter(Boolean)); }
(function () {
  var most = 50;
  var verdicts = { f: "statement found", n: "no statement", u: "not certain", x: "out of scope" };
  var box = document.getElementById("search"), input = document.getElementById("query");
  var answer = document.getElementById("answer"), hits = document.getElementById("hits");
  var names = JSON.parse(input.dataset.names), files = Number(input.dataset.files), loaded = 0, begun = false;
  box.hidden = false;
  function load() {
    if (begun) return;
    begun = true;
    for (var number = 1; number <= files; number += 1) {
      var script = document.createElement("script");
      script.src = "search-" + number + ".js";
      script.onload = function () { loaded += 1; if (loaded === files) show(); };
      script.onerror = function () { answer.textContent = "The search data could not be read; use the letters below."; };
      document.head.appendChild(script);
    }
  }
  function entry(line) {
    var parts = line.split(" ");
    var item = document.createElement("li"), link = document.createElement("a"), name = document.createElement("bdi");
    link.href = parts[1] + "-websites-" + parts[3] + ".html#" + encodeURIComponent(parts[0]);
    name.textContent = parts[0];
    link.appendChild(name);
    item.append(link, ", " + (names[parts[1]] || parts[1]) + ": " + verdicts[parts[2]]);
    return item;
  }
  function show() {
    var query = input.value.trim().toLowerCase();
    hits.textContent = "";
    answer.textContent = "";
    if (query.length < 2 || loaded < files) return;
    var found = deklaroLines.filter(function (line) { return line.slice(0, line.indexOf(" ")).includes(query); });
    found.slice(0, most).forEach(function (line) { hits.appendChild(entry(line)); });
    answer.textContent = found.length === 0 ? "No website with this name is on our lists."
      : found.length + (found.length === 1 ? " website" : " websites") + (found.length > most ? ", the first " + most + " of them" : "") + ":";
  }
  input.addEventListener("focus", load);
  input.addEventListener("input", function () { load(); show(); });
})();
