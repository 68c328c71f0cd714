// A PDF to the printer of this machine, through a frame nobody sees.

const KEEP_MS = 60000;

/** @param {Blob} pdf */
export function printBlob(pdf) {
  const url = URL.createObjectURL(pdf);
  document.querySelector("iframe.printer")?.remove();
  const frame = document.createElement("iframe");
  frame.className = "printer";
  frame.title = "print";
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  frame.src = url;
  frame.addEventListener("load", () => frame.contentWindow?.print());
  document.body.append(frame);
  setTimeout(() => {
    frame.remove();
    URL.revokeObjectURL(url);
  }, KEEP_MS);
}
