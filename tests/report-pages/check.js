// Opens each report of a folder at two widths in both themes: no error on the console, no request, nothing wider than the page, the tables'
// numbers are those of the history beside it, without scripts too. Prints how long a page takes to open, and takes pictures.
const { chromium } = require('playwright-core');
const fs = require('fs'), path = require('path'), { pathToFileURL } = require('url');

const [folder, executablePath] = process.argv.slice(2);
const failures = [];
const check = (right, what) => { if (!right) failures.push(what); };

// The numbers of each table of what a history has, column by column.
const tables = () => Object.fromEntries([...document.querySelectorAll('table[data-name]')].map(table => [
  table.dataset.name,
  [...table.tHead.rows[0].cells].slice(1).map((head, column) => [
    head.textContent, [...table.tBodies[0].rows].map(row => row.cells[column + 1].querySelector('data').value)])]));

const number = text => text === 'NaN' || text.includes('∞') || text.includes('Infinity') ? null : Number(text);

async function open(browser, file, width, colorScheme, javaScriptEnabled = true) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled, deviceScaleFactor: 1 });
  const page = await context.newPage(), what = `${path.basename(file)} at ${width}, ${colorScheme}`;
  page.on('console', message => check(message.type() !== 'error', `${what}: ${message.text()}`));
  page.on('pageerror', error => check(false, `${what}: ${error}`));
  page.on('request', request => check(/^(file|data):/.test(request.url()), `${what}: asks for ${request.url()}`));
  const begun = performance.now();
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  await page.screenshot();
  return { page, context, what, milliseconds: performance.now() - begun };
}

(async () => {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  for (const name of fs.readdirSync(folder).filter(file => file.endsWith('.html'))) {
    const file = path.join(folder, name), times = [];
    const history = JSON.parse(fs.readFileSync(file.replace(/html$/, 'json')));
    for (const width of [360, 1280]) {
      for (const theme of ['light', 'dark']) {
        const { page, context, what, milliseconds } = await open(browser, file, width, theme);
        times.push(milliseconds);
        const tooWide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
        check(await page.evaluate(tooWide) <= 0, `${what}: wider than the window`);
        await page.screenshot({ path: path.join(folder, `${path.parse(name).name}-${width}-${theme}.png`), fullPage: true });
        await page.evaluate(() => document.querySelectorAll('details').forEach(details => { details.open = true; }));
        check(await page.evaluate(tooWide) <= 0, `${what}: wider than the window with its tables open`);
        await context.close();
      }
    }

    const { page, context } = await open(browser, file, 1280, 'light', false); // without scripts
    const shown = await page.evaluate(tables);
    let compared = 0;
    for (const [measured, values] of Object.entries(history)) {
      const table = shown[measured.replace(/^val_/, '')];
      const column = table?.find(([head]) => head === (measured.startsWith('val_') ? 'validation' : 'training'));
      check(column && JSON.stringify(column[1].map(number)) === JSON.stringify(values), `${name}: the table of ${measured} is not the history`);
      compared += column?.[1].length ?? 0;
    }

    const untitled = await page.evaluate(() => document.querySelectorAll('figure svg:not([aria-hidden]):not([aria-label])').length);
    check(untitled === 0, `${name}: ${untitled} pictures without a title`);
    await context.close();
    console.log(`${name}: opened in ${Math.round(Math.min(...times))} ms and ${Math.round(Math.max(...times))} ms at most, ${compared} numbers equal the history's`);
  }

  await browser.close();
  failures.forEach(failure => console.error(failure));
  process.exitCode = failures.length === 0 ? 0 : 1;
})();
