// Builds elements. Texts are always text: nothing here parses markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element with attributes and children; a null child is left out, a child that is no node becomes text. */
export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** The element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Sets a text where it differs, so that nobody's selection is lost for nothing. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A small label with a kind that the style sheet knows. */
export function badge(kind, text, title) {
  return el("span", { class: `badge ${kind}`, title }, text);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}
