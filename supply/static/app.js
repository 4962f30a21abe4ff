"use strict";
// Every page works without this file; it only spares some keys.

// Scanners that act as keyboards send the separator GS (0x1D) as Ctrl+] or F8, which browsers swallow: write it ourselves.
for (const field of document.querySelectorAll("input[data-scan]")) {
  field.addEventListener("keydown", (event) => {
    const separator = event.key === "F8" || (event.ctrlKey && (event.key === "]" || event.code === "BracketRight"));
    if (!separator) return;
    event.preventDefault();
    field.setRangeText("\u001d", field.selectionStart, field.selectionEnd, "end");
  });
}

// One number is meant: writing one lets go of the one chosen, and the other way round.
const written = document.querySelector("input[data-units]");
const chosen = document.querySelectorAll("input[data-quick]");
if (written) {
  written.addEventListener("input", () => chosen.forEach((radio) => { radio.checked = false; }));
  chosen.forEach((radio) => radio.addEventListener("change", () => { written.value = ""; }));
}

// Show only the lots of the product that was chosen.
const lot = document.querySelector("select[data-lots]");
const products = document.querySelectorAll("input[data-product]");
if (lot) {
  const all = [...lot.querySelectorAll("optgroup")];
  const narrow = () => {
    const product = [...products].find((radio) => radio.checked)?.value;
    for (const group of all) group.hidden = group.disabled = Boolean(product) && group.dataset.of !== product;
    if (lot.selectedOptions[0]?.parentElement.disabled) lot.value = "";
  };
  products.forEach((radio) => radio.addEventListener("change", narrow));
  narrow();
}

// "All of it" beside a lot.
for (const button of document.querySelectorAll("button[data-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.all);
    field.value = button.dataset.units;
    field.focus();
  });
}

// Packs written beside a product, in units.
for (const field of document.querySelectorAll("input[data-pack]")) {
  const beside = document.getElementById(field.id.replace(/packs$/, "units"));
  const before = beside.textContent;
  field.addEventListener("input", () => {
    const packs = /^\d{1,7}$/.test(field.value.trim()) ? Number(field.value) : 0;
    beside.textContent = packs ? `${packs} × ${field.dataset.pack} = ${(packs * field.dataset.pack).toLocaleString(document.documentElement.lang)} ${field.dataset.unit}` : before;
  });
}

// What a slider stands at, beside it.
for (const slider of document.querySelectorAll("input[data-shown]")) {
  const shown = document.getElementById(slider.dataset.shown);
  slider.addEventListener("input", () => {
    const value = Number(slider.value);
    const told = "share" in slider.dataset ? Math.round(value * 1000) / 10 : value;
    shown.textContent = told.toLocaleString(document.documentElement.lang) + ("share" in slider.dataset ? " %" : "");
  });
}
