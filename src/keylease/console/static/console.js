// A select marked with data-submit sends its form by itself; its button is for those without script.
document.documentElement.classList.add("scripted");
// Keys pass other choices of a closed one on their way: then it is sent with Enter, or left behind.
let chosen, passing;
const isSending = (event) => event.target.matches("select[data-submit]");
const send = (select) => {
  if (select.value === chosen) return;
  chosen = select.value;
  select.form.submit();
};
document.addEventListener("focusin", (event) => {
  if (isSending(event)) [chosen, passing] = [event.target.value, false];
});
document.addEventListener("keydown", (event) => {
  if (!isSending(event)) return;
  if (event.key === "Enter") send(event.target);
  passing = !event.altKey && !["Enter", " "].includes(event.key); // those open it
});
document.addEventListener("change", (event) => {
  if (isSending(event) && !passing) send(event.target);
});
document.addEventListener("focusout", (event) => {
  if (isSending(event)) send(event.target);
});
// A menu closes when something else is clicked, and with Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
// Ctrl+K, or the same of a Mac, is the search.
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("q");
  if (!field || event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  field.select();
});
// Ids, and what is shown only once, are copied with a press.
const copying = (text) => {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "copy" });
  const say = (what, done) => {
    button.ariaLabel = button.title = document.body.dataset[what];
    button.classList.toggle("done", done);
  };
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    say("copied", true);
    setTimeout(say, 2000, "copy", false);
  });
  say("copy", false);
  return button;
};
if (navigator.clipboard) // only where the connection is safe
  for (const shown of document.querySelectorAll("dd > code, main pre"))
    shown.after(copying(shown.textContent));
// What is read again by itself waits while somebody is in it, or has opened a part of it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const waits = "[hx-trigger^='every']:is(:focus-within, :has(details[open]))";
  if (event.target.matches(waits)) event.preventDefault();
});
// What is changed costs something else: nothing can be ordered until the new offer is there.
const asking = (element) => element.closest("[hx-target='#offer']");
document.addEventListener("input", (event) => {
  if (!asking(event.target)) return;
  for (const button of document.querySelectorAll("#offer button")) button.disabled = true;
});
for (const failure of ["htmx:sendError", "htmx:responseError"])
  document.addEventListener(failure, (event) => {
    asking(event.target)?.querySelector("[data-fallback]").click(); // as without script
  });
// The box in the head of a table ticks, or unticks, all in its body; it is there with script only.
for (const all of document.querySelectorAll("thead [data-all]")) all.hidden = false;
document.addEventListener("change", (event) => {
  const table = event.target.closest("table:has(thead [data-all])");
  if (!table) return;
  const all = table.querySelector("thead [data-all]");
  const boxes = [...table.querySelectorAll("tbody input[type='checkbox']")];
  if (event.target === all) for (const box of boxes) box.checked = all.checked;
  all.checked = boxes.every((box) => box.checked);
});
// The second of two clicks does nothing: the page that shows something once would be lost to it.
let sent;
document.addEventListener("submit", (event) => {
  if (event.target === sent) event.preventDefault();
  sent = event.target;
  setTimeout(() => (sent = undefined), 1000);
});
