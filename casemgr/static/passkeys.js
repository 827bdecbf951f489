// Passkeys need a script. Whoever has none signs in with a code: every page says how.
"use strict";
{
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const opened = (told) => {
    const asked = { ...told, challenge: bytes(told.challenge) };
    if (told.user) asked.user = { ...told.user, id: bytes(told.user.id) };
    for (const list of ["allowCredentials", "excludeCredentials"]) {
      if (told[list]) asked[list] = told[list].map((each) => ({ ...each, id: bytes(each.id) }));
    }
    return asked;
  };
  const closed = (found) => {
    const response = { clientDataJSON: text(found.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (found.response[name]) response[name] = text(found.response[name]);
    }
    return JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response, clientExtensionResults: {} });
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const said = form.querySelector("[data-failed]");
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    for (const other of document.querySelectorAll("[data-without-passkey]")) other.hidden = true;
    form.addEventListener("submit", async (press) => {
      press.preventDefault();
      said.hidden = true;
      try {
        const publicKey = opened(JSON.parse(form.dataset.options));
        const found = await navigator.credentials[form.dataset.passkey]({ publicKey });
        form.elements.answer.value = closed(found);
        form.submit();
      } catch (_gone) {
        said.hidden = false;
        said.focus();
      }
    });
  }
}
