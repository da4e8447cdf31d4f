// While training goes on: shows the newest page, unless somebody reads a table.
setInterval(function () {
  if (!document.hidden) {
    if (!document.querySelector("details[open]")) { location.reload(); }
  }
}, 4000);
