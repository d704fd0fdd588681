// A photo is made small on the phone, and goes in pieces: a line that breaks loses one of them.
import { root } from "./kept.js";
import { hex } from "./keys.js";

const LONGEST_SIDE = 1600, QUALITIES = [0.8, 0.6, 0.4], MOST = 480 * 1024, PIECE = 48 * 1024;
const known = new WeakMap();

// A file as it goes: drawn anew and small where this browser can draw it. Worked out once for each that is chosen.
export function chosen(file) {
  if (!known.has(file)) known.set(file, shrunk(file).catch(() => file)); // the hub says what it is
  return known.get(file);
}

async function shrunk(file) {
  if (!file.type.startsWith("image/")) return file;
  const drawn = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(drawn.width, drawn.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(drawn.width * scale), Math.round(drawn.height * scale)];
  canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
  drawn.close();
  let made;
  for (const quality of QUALITIES) {
    made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (made.size <= MOST) break;
  }
  return made.size < file.size ? made : file;
}

// Whether this browser can show a photo: HEIC, or a file that is broken, is told of before it is sent.
export async function picture(file) {
  const small = await chosen(file);
  const read = new FileReader();
  const address = new Promise((resolve) => (read.onload = () => resolve(read.result)));
  read.readAsDataURL(small);
  const image = Object.assign(new Image(), { className: "shrunk", alt: "", src: await address });
  return image.decode().then(() => image, () => null);
}

// Gives the name under which the form speaks of it, or the answer that refuses it. One that was tried before goes on where
// the hub has it to: an empty piece asks.
export async function sent(photo, headers, wasTried) {
  const bytes = await photo.arrayBuffer();
  const sha256 = hex(await crypto.subtle.digest("SHA-256", bytes));
  for (let there = 0, before = -1; there < bytes.byteLength; ) {
    const where = new URLSearchParams({ sha256, size: bytes.byteLength, offset: there });
    const body = wasTried && before < 0 ? "" : bytes.slice(there, there + PIECE);
    const answer = await fetch(`${root()}piece?${where}`, { method: "POST", body, headers });
    if (!answer.ok) return { answer };
    const { received } = await answer.json();
    if (body && received === before) throw new Error("stands still");
    [before, there] = [received, received];
  }
  return { sha256 };
}
