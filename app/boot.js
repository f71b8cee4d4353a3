// Starts the page's WASM module. A file of its own, because the content security policy allows no inline script;
// the build writes the modules' hashed names into this script's tag.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const boot = document.getElementById("boot");
try {
  const { default: init } = await import(js);
  await init({ module_or_path: wasm });
  boot?.remove();
} catch (error) {
  console.error(error);
  if (boot) {
    boot.setAttribute("role", "alert");
    boot.textContent = "Wickflow could not start in this browser. Reload the page, or try a current browser.";
  }
}
