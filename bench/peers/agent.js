// The Node side of bench/agent.py: commands come by lines, answers go by lines.
"use strict";
const readline = require("node:readline");
const fs = require("node:fs");

const say = (facts) => fs.writeSync(1, JSON.stringify(facts) + "\n");

// Node tells the peak of its memory in kilobytes.
const peakMb = () => process.resourceUsage().maxRSS / 1024;

async function* readLines(path) {
  for await (const line of readline.createInterface({ input: fs.createReadStream(path) })) {
    yield JSON.parse(line);
  }
}

async function obey(servant) {
  console.log = console.error; // what a library prints must not be taken for an answer
  say({});
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { do: method, ...facts } = JSON.parse(line);
    const began = performance.now();
    let told;
    try {
      told = (await servant[method](facts)) ?? {};
    } catch (error) {
      console.error(error);
      told = { error: String(error).slice(0, 300) };
    }
    say({ seconds: (performance.now() - began) / 1000, peak_mb: peakMb(), ...told });
  }
  process.exit(0);
}

module.exports = { obey, say, readLines };
