// A select marked with data-submit sends its form by itself; its button is for those without script.
document.documentElement.classList.add("scripted");
// Keys pass other choices of a closed one on their way: then it is sent with Enter, or left behind.
const isSubmitting = (event) => event.target.matches("select[data-submit]");
const isChanged = (select) => !select.selectedOptions[0].defaultSelected;
let passing = false;
document.addEventListener("pointerdown", () => (passing = false));
document.addEventListener("keydown", (event) => {
  if (!isSubmitting(event)) return;
  passing = !event.altKey && !["Enter", " "].includes(event.key); // those open it
  if (event.key === "Enter" && isChanged(event.target)) event.target.form.submit();
});
document.addEventListener("change", (event) => {
  if (isSubmitting(event) && !passing) event.target.form.submit();
});
document.addEventListener("focusout", (event) => {
  if (isSubmitting(event) && passing && isChanged(event.target)) event.target.form.submit();
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
