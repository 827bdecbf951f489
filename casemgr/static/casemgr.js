// Small comforts. Every page works without them; nothing here carries meaning of its own.
"use strict";
{
  document.documentElement.classList.add("js");
  const all = (selector) => document.querySelectorAll(selector);
  const loaded = Date.now();

  // "/" puts the cursor into the search box, unless somebody is typing.
  document.addEventListener("keydown", (press) => {
    const box = document.getElementById("find");
    if (press.key !== "/" || press.ctrlKey || press.altKey || press.metaKey || !box || !box.offsetParent) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    press.preventDefault();
    box.focus();
  });

  // Show and hide a password.
  for (const button of all("[data-shows]")) {
    const box = document.getElementById(button.dataset.shows);
    const words = [button.textContent, button.dataset.other];
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = box.type === "password";
      box.type = shown ? "text" : "password";
      button.textContent = words[shown ? 1 : 0];
    });
  }

  // Hour clocks go on while the page is open. The server's hour counts, not that of the device.
  const words = document.getElementById("clock-words");
  const clocks = all(".clock[data-due]");
  if (words && clocks.length) {
    const say = words.dataset;
    const started = Array.from(clocks, (clock) => {
      const left = clock.querySelector(".left");
      return { clock, left, due: Date.parse(clock.dataset.due), soon: Date.parse(clock.dataset.soon) };
    });
    const ahead = Date.parse(say.now) - loaded;
    const tick = () => {
      const now = Date.now() + ahead;
      for (const { clock, left, due, soon } of started) {
        if (now > due) {
          clock.className = "clock overdue";
          left.textContent = say.over;
          continue;
        }
        if (now >= soon) clock.className = "clock due_soon";
        const minutes = Math.floor((due - now) / 60000), h = Math.floor(minutes / 60), m = minutes % 60;
        const form = h > 1 ? say.hm : h ? say.oneH : m > 1 ? say.m : m ? say.oneM : say.none;
        left.textContent = form.replace("{h}", h).replace("{mm}", String(m).padStart(2, "0")).replace("{m}", m);
      }
    };
    setInterval(tick, 20000);
    document.addEventListener("visibilitychange", tick);
  }

  // What is being typed is kept sealed on the server every minute; the server never does anything with it by itself.
  // Two minutes before the session ends, a line on top. When it has ended, nothing of it stays on the screen.
  const bar = document.getElementById("session");
  if (bar) {
    const typed = new Set();
    let soon, over;
    const begin = () => {
      clearTimeout(soon);
      clearTimeout(over);
      bar.hidden = true;
      soon = setTimeout(() => { bar.hidden = false; typed.forEach(keep); }, 28 * 60000);
      over = setTimeout(() => {
        document.getElementById("main").replaceChildren();
        location.replace(bar.querySelector("a").href);
      }, 30 * 60000);
    };
    const keep = (form) => {
      typed.delete(form);
      const told = new FormData(form), field = form.querySelector("[name=csrf_token]");
      for (const box of form.querySelectorAll("[type=file], [type=password]")) told.delete(box.name);
      told.set("csrf_token", field ? field.value : "");
      told.set("draft-page", location.pathname);
      told.set("draft-target", new URL(form.action || location.href, location.href).pathname);
      fetch("/account/drafts", { method: "POST", body: told })
        .then((answer) => { if (answer.ok && !answer.redirected) begin(); })
        .catch(() => { typed.add(form); });
    };
    for (const form of all("main form[method=post]")) {
      form.addEventListener("input", () => { typed.add(form); });
      form.addEventListener("submit", () => { typed.delete(form); });
    }
    setInterval(() => { for (const form of typed) if (form.querySelector("textarea")) keep(form); }, 60000);
    begin();
  }

  // Long work: look again after a few seconds.
  for (const work of all("[data-again]")) setTimeout(() => location.reload(), 1000 * work.dataset.again);
}
