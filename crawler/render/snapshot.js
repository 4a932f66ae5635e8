(() => {
  // What stands in an open shadow root is shown in its host's place, and what the
  // host has in the root's slots.
  const open = root => {
    for (const e of root.querySelectorAll("*")) {
      if (!e.shadowRoot) continue;
      open(e.shadowRoot);
      for (const slot of e.shadowRoot.querySelectorAll("slot")) {
        const given = slot.assignedNodes();
        if (given.length) slot.replaceWith(...given);
        else slot.replaceWith(...slot.childNodes);
      }
      for (const style of e.shadowRoot.querySelectorAll("style")) style.remove();
      e.replaceChildren(...e.shadowRoot.childNodes);
    }
  };
  open(document);
  // Scripts ran: what is said to those without them is not shown.
  for (const e of document.querySelectorAll("noscript")) e.remove();
  const doctype = document.doctype ? "<!DOCTYPE " + document.doctype.name + ">" : "";
  const html = doctype + document.documentElement.outerHTML;
  return html.length > LIMIT ? "" : html;
})()
