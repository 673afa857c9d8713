// A select marked with data-submit sends its form by itself; its button is for those without script.
document.documentElement.classList.add("scripted");
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit]")) event.target.form.submit();
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
// What is read again by itself waits while somebody is in it, or has opened a part of it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const waits = "[hx-trigger^='every']:is(:focus-within, :has(details[open]))";
  if (event.target.matches(waits)) event.preventDefault();
});
