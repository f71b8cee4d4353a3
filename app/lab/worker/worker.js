// Runs the lab in a worker. The first message names the module, {init: {js, wasm}}, whose file names carry hashes;
// every other one is {json, buffers} for the lab, and may come before the module is there.
const early = [];
self.onmessage = ({ data }) => {
  if (data.init) {
    start(data.init);
  } else {
    early.push(data);
  }
};

async function start({ js, wasm }) {
  try {
    const { default: init } = await import(js);
    await init({ module_or_path: wasm });
    // The module listens from here on.
    early.forEach((data) => self.onmessage({ data }));
  } catch (error) {
    self.postMessage({ fatal: String(error) });
  }
}
