"use strict";
(function () {
  var root = document.documentElement;
  var form = document.getElementById("tools");
  var cases = Array.prototype.slice.call(document.querySelectorAll(".case"));
  var told = document.getElementById("told");
  if (!form || !cases.length) return;
  root.classList.add("js");
  function value(name) { return form.elements[name] ? form.elements[name].value : ""; }
  function matches(item, lesson, outcome, reason) {
    var data = item.dataset;
    return (!lesson || (" " + data.l + " ").indexOf(" " + lesson + " ") >= 0) && (!outcome || data.o === outcome) &&
      (!reason || (" " + (data.r || "") + " ").indexOf(" " + reason + " ") >= 0);
  }
  function apply() {
    var lesson = value("lesson"), outcome = value("outcome"), reason = value("reason");
    var team = value("team"), district = value("district");
    var id = value("case").trim().toLowerCase();
    var narrow = lesson || outcome || reason;
    var shown = 0;
    cases.forEach(function (one) {
      var fits = (!team || one.dataset.t === team) && (!district || one.dataset.d === district) &&
        (!id || one.querySelector("h3").textContent.toLowerCase().indexOf(id) >= 0);
      if (fits && (narrow || one.dataset.narrow)) {
        var any = false;
        one.querySelectorAll(".find li").forEach(function (item) {
          var keep = matches(item, lesson, outcome, reason);
          item.hidden = !keep;
          any = any || keep;
        });
        one.querySelectorAll(".find ol").forEach(function (list) {
          var empty = !list.querySelector("li:not([hidden])");
          list.hidden = empty;
          list.previousElementSibling.hidden = empty;
        });
        if (narrow) { one.dataset.narrow = "1"; fits = any; } else { delete one.dataset.narrow; }
      }
      one.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    document.querySelectorAll(".group").forEach(function (group) {
      group.hidden = !group.querySelector(".case:not([hidden])");
    });
    told.textContent = "Cases shown: " + shown.toLocaleString("en-GB") + " of " + cases.length.toLocaleString("en-GB");
  }
  function open(all) {
    cases.forEach(function (one) { if (!one.hidden) one.open = all; });
  }
  form.addEventListener("input", apply);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(apply, 0); });
  document.getElementById("open").addEventListener("click", function () { open(true); });
  document.getElementById("close").addEventListener("click", function () { open(false); });
  var before = [];
  window.addEventListener("beforeprint", function () {
    before = cases.filter(function (one) { return !one.hidden && !one.open; });
    before.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () {
    before.forEach(function (one) { one.open = false; });
    before = [];
  });
  apply();
})();
