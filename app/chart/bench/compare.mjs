// Main-thread CPU of the same gestures on our chart and on lightweight-charts, in one run of one browser.
//
//   node compare.mjs [--seconds 2] [--reps 5] [--bars 300,2000,10000] [--count 10000] [--dpr 1] [--page page]
//   node compare.mjs --studies --page page-studies [--trades] [...]    the bare chart and the one with studies instead
//
// `page/` holds the built example: see docs/chart.md. Prints a Markdown table of medians. Without a GPU the canvas is
// rasterized on the main thread, so drawing is counted in. Wall time is not measured: other jobs would disturb it.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const here = fileURLToPath(new URL('.', import.meta.url));
const text = (value) => ({ type: 'string', default: value });
const { values: arg } = parseArgs({ options: {
  seconds: text('2'), reps: text('5'), bars: text('300,2000,10000'), count: text('10000'), dpr: text('1'), page: text('page'), studies: { type: 'boolean', default: false },
  trades: { type: 'boolean', default: false },
} });
const seconds = Number(arg.seconds), reps = Number(arg.reps), dpr = Number(arg.dpr);
const WIDTH = 1600, HEIGHT = 800, HZ = 60;

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const LIBRARY = 'node_modules/lightweight-charts/dist/lightweight-charts.standalone.production.js';
const server = createServer(async (request, response) => {
  const path = normalize(new URL(request.url, 'http://x').pathname);
  const file = path === '/lightweight-charts.js' ? join(here, LIBRARY)
    : path === '/lightweight.html' ? join(here, 'lightweight.html') : join(here, arg.page, path);
  try {
    if (!file.startsWith(here) && !file.startsWith(arg.page + sep)) throw new Error('outside');
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(await readFile(file));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const origin = `http://127.0.0.1:${server.address().port}`;

// The scale factor is the browser's own: an emulated one is not seen by every way a page may size its canvas.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    `--force-device-scale-factor=${dpr}`, `--window-size=${WIDTH},${HEIGHT + 87}`],
});
const root = await browser.newBrowserCDPSession();

async function open(path) {
  const page = await (await browser.newContext({ viewport: null })).newPage();
  page.on('pageerror', (error) => { console.error(String(error)); process.exitCode = 1; });
  const cdp = await page.context().newCDPSession(page);
  // The metrics are CPU time of the page's main thread.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(origin + path);
  await page.waitForFunction('window.chartReady', null, { timeout: 60_000 });
  await page.evaluate(() => {
    window.frames_seen = 0;
    let moved = false;
    addEventListener('pointermove', () => { moved = true; }, true);
    addEventListener('wheel', () => { moved = true; }, true);
    const frame = () => { if (moved) { moved = false; window.frames_seen++; } requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
  });
  return { page, cdp };
}

const settle = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50))));

async function sample({ cdp, page }) {
  const [{ metrics }, { processInfo }] = await Promise.all([
    cdp.send('Performance.getMetrics'), root.send('SystemInfo.getProcessInfo'),
  ]);
  const value = (name) => metrics.find((metric) => metric.name === name).value * 1000;
  return {
    main: value('ThreadTime'), script: value('ScriptDuration'),
    gpu: processInfo.filter((process) => process.type === 'GPU').reduce((sum, process) => sum + process.cpuTime * 1000, 0),
    frames: await page.evaluate('window.frames_seen'),
  };
}

const GESTURES = {
  hover: (t) => ({ x: WIDTH * (0.45 + 0.35 * Math.sin(t * 3.7)), y: HEIGHT * (0.5 + 0.3 * Math.sin(t * 5.7)) }),
  pan: (t) => ({ x: WIDTH * (0.2 + 0.3 * (1 - Math.cos(t * 4.2))), y: HEIGHT / 2 }),
  zoom: (t) => ({ x: WIDTH / 2, y: HEIGHT / 2, wheel: t % 1.5 < 0.75 ? 20 : -20 }),
};

/** CPU milliseconds per frame that had input. */
async function measure(chart, kind, bars) {
  const { page, cdp } = chart;
  await page.bringToFront();
  await page.evaluate(`showBars(${bars})`);
  await settle(page);
  const buttons = kind === 'pan' ? 1 : 0, button = kind === 'pan' ? 'left' : 'none';
  const send = (type, at, extra) => cdp.send('Input.dispatchMouseEvent', { type, x: at.x, y: at.y, button, buttons, ...extra });
  const start = GESTURES[kind](0);
  await send('mouseMoved', start, { button: 'none', buttons: 0 });
  if (kind === 'pan') await send('mousePressed', start, { clickCount: 1 });
  let before;
  const began = performance.now();
  const steps = Math.round((seconds + 0.5) * HZ);
  let flying = 0;
  for (let step = 0; step < steps; step++) {
    const wait = began + (step * 1000) / HZ - performance.now();
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    if (step === HZ / 2) before = await sample(chart);
    // A page that does not keep up gets fewer events, as with a real mouse.
    if (flying >= 2) continue;
    const at = GESTURES[kind](step / HZ);
    flying++;
    const sent = at.wheel ? send('mouseWheel', at, { deltaX: 0, deltaY: at.wheel }) : send('mouseMoved', at);
    sent.catch(() => {}).finally(() => { flying--; });
  }
  const after = await sample(chart);
  if (kind === 'pan') await send('mouseReleased', start, { clickCount: 1, buttons: 0 });
  const frames = after.frames - before.frames;
  return { main: (after.main - before.main) / frames, script: (after.script - before.script) / frames, gpu: (after.gpu - before.gpu) / frames };
}

/** CPU milliseconds of 2,000 changes of the newest bar and the paint that follows. */
async function burst(chart, pointer) {
  await chart.page.bringToFront();
  // A crosshair is work as well.
  await chart.page.mouse.move(...(pointer ? [WIDTH / 2, HEIGHT / 2] : [-10, -10]));
  await chart.page.evaluate('showLatest(300)');
  await settle(chart.page);
  const before = await sample(chart);
  await chart.page.evaluate('tick(2000)');
  await settle(chart.page);
  const after = await sample(chart);
  return { main: after.main - before.main, script: after.script - before.script, gpu: after.gpu - before.gpu };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const own = `/index.html?theme=light&n=${arg.count}`;
const pages = arg.studies ? { bare: `${own}&bare`, studies: `${own}&alone${arg.trades ? '' : '&untraded'}` } : { 'lightweight-charts': `/lightweight.html?n=${arg.count}`, ours: own };
const peers = Object.fromEntries(await Promise.all(Object.entries(pages).map(async ([name, path]) => [name, await open(path)])));
const [first, second] = Object.keys(peers);

async function row(name, run) {
  const got = { [first]: [], [second]: [] };
  // In turns, so that a busy spell of the machine meets both.
  for (let rep = 0; rep < reps; rep++) for (const peer of Object.keys(peers)) got[peer].push(await run(peers[peer]));
  const of = (peer, key) => median(got[peer].map((line) => line[key]));
  const [theirs, ours] = [of(first, 'main'), of(second, 'main')];
  const cells = [name, theirs.toFixed(2), ours.toFixed(2), (ours / theirs).toFixed(2),
    `${of(first, 'script').toFixed(2)} / ${of(second, 'script').toFixed(2)}`,
    `${of(first, 'gpu').toFixed(1)} / ${of(second, 'gpu').toFixed(1)}`];
  console.log(`| ${cells.join(' | ')} |`);
}

console.log(`Chromium ${browser.version()}, ${WIDTH}x${HEIGHT} at ratio ${dpr}, ${arg.count} bars loaded, medians of ${reps}, CPU ms per frame with input:\n`);
console.log(`| | ${first} | ${second} | ratio | script: ${first} / ${second} | GPU process: ${first} / ${second} |`);
console.log('|---|---|---|---|---|---|');
for (const bars of arg.bars.split(',').map(Number)) {
  for (const kind of Object.keys(GESTURES)) await row(`${kind}, ${bars} bars`, (chart) => measure(chart, kind, bars));
}
// With a million bars the other library takes minutes for these.
if (!arg.studies && Number(arg.count) <= 100_000) {
  await row('2,000 changes of the newest bar, in all', (chart) => burst(chart, false));
  await row('the same with the pointer on the chart', (chart) => burst(chart, true));
}
await browser.close();
server.close();
