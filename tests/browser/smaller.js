// A PNG with at most 256 colours, which is what a picture of a page needs: about half the bytes.
async (png) => {
  const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);

  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) || 0) + 1);
  const parts = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  const colours = [...counts].sort((a, b) => b[1] - a[1])
    .map(([pixel, count]) => ({ pixel, count, rgb: parts(pixel), index: 0, off: Infinity }));
  // The commonest first, then always the one that would be shown most wrongly: a single amber
  // word must not turn red because the rest of the page is grey.
  const known = [];
  while (known.length < Math.min(256, colours.length)) {
    const worst = (one, two) => (two.off * Math.sqrt(two.count) > one.off * Math.sqrt(one.count) ? two : one);
    const next = known.length < 64 ? colours[known.length] : colours.reduce(worst);
    const [r, g, b] = next.rgb;
    for (const one of colours) {
      const off = (one.rgb[0] - r) ** 2 + (one.rgb[1] - g) ** 2 + (one.rgb[2] - b) ** 2;
      if (off < one.off) [one.off, one.index] = [off, known.length];
    }
    known.push(next.rgb);
  }
  const nearest = new Map(colours.map((one) => [one.pixel, one.index]));

  // Each row begins with its filter: none, as rows of indices compress best that way.
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + x + 1] = nearest.get(pixels[y * width + x]);
  const deflated = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));

  const crcs = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });
  const chunk = (name, data) => {
    const bytes = new Uint8Array(12 + data.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, data.length);
    bytes.set(new TextEncoder().encode(name), 4);
    bytes.set(data, 8);
    let crc = ~0;
    for (const byte of bytes.subarray(4, 8 + data.length)) crc = crcs[(crc ^ byte) & 255] ^ (crc >>> 8);
    view.setUint32(8 + data.length, ~crc);
    return bytes;
  };
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([8, 3], 8);
  const file = new Blob([
    new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("PLTE", new Uint8Array(known.flat())),
    chunk("IDAT", new Uint8Array(await new Response(deflated).arrayBuffer())),
    chunk("IEND", new Uint8Array()),
  ]);
  const reader = new FileReader();
  await new Promise((done) => { reader.onload = done; reader.readAsDataURL(file); });
  return reader.result.split(",")[1];
}
