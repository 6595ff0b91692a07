// Makes a chosen photograph small enough to send over a weak link: data-shrink="bytes" on a file input.
// Without this the server refuses a large one, with a sentence.
"use strict";

const SIDES = [1000, 800, 640, 480];

async function shrink(file, most) {
  const picture = await createImageBitmap(file);
  for (const side of SIDES) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    if (blob && blob.size <= most) return new File([blob], "photo.jpg", { type: "image/jpeg" });
  }
  return file;
}

document.addEventListener("change", async (event) => {
  const input = event.target;
  const most = Number(input.dataset?.shrink);
  if (!most || !input.files.length || input.files[0].size <= most) return;
  const small = new DataTransfer();
  small.items.add(await shrink(input.files[0], most));
  input.files = small.files;
});
