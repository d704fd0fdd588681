// A photo is made small on the phone, and goes in pieces: a line that breaks loses one of them.
import { hex, root } from "./keys.js";

const LONGEST_SIDE = 1600, QUALITY = 0.8, PIECE = 48 * 1024;

export async function shrunk(file) {
  if (!file.type.startsWith("image/") || !window.createImageBitmap) return file;
  try {
    const drawn = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(drawn.width, drawn.height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(drawn.width * scale), Math.round(drawn.height * scale)];
    canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return made && made.size < file.size ? made : file;
  } catch {
    return file; // what this browser cannot draw, the hub looks at
  }
}

// Goes on where the hub has it to; gives the name under which the form speaks of it.
export async function sent(photo, token) {
  const bytes = await photo.arrayBuffer();
  const sha256 = hex(await crypto.subtle.digest("SHA-256", bytes));
  const piece = async (offset) => {
    const where = new URLSearchParams({ sha256, size: bytes.byteLength, offset });
    const body = bytes.slice(offset, offset + PIECE);
    const answer = await fetch(`${root()}piece?${where}`, { method: "POST", body, headers: { "X-CSRFToken": token } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).received;
  };
  for (let there = 0, before = -1; there < bytes.byteLength; ) {
    const received = await piece(there);
    if (received === before) throw new Error("stands still");
    [before, there] = [received, received];
  }
  return sha256;
}
