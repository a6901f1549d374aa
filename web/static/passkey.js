// Passkeys: shows the forms that use one where the browser can, and fills in what it answers.
"use strict";

const bytesOf = (text) => {
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(plain), (sign) => sign.charCodeAt(0)).buffer;
};

const textOf = (buffer) => {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
  return btoa(signs.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const known = (list) => (list || []).map((one) => ({ ...one, id: bytesOf(one.id) }));

const asked = (options) => {
  const found = { ...options, challenge: bytesOf(options.challenge) };
  if (options.user) found.user = { ...options.user, id: bytesOf(options.user.id) };
  if (options.excludeCredentials) found.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) found.allowCredentials = known(options.allowCredentials);
  return found;
};

const told = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = textOf(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
};

const use = async (form) => {
  const answer = await fetch(form.dataset.ask, { method: "POST", body: new FormData(form) });
  const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
  if (!answer.ok || !json) {
    // The page asks who sits here before it goes on.
    if (answer.redirected) window.location.assign(answer.url);
    else throw new Error(String(answer.status));
    return;
  }
  const options = asked(await answer.json());
  const making = form.dataset.passkey === "create";
  const holder = navigator.credentials;
  const credential = making
    ? await holder.create({ publicKey: options })
    : await holder.get({ publicKey: options });
  form.elements.answer.value = JSON.stringify(told(credential));
  form.submit();
};

if (window.PublicKeyCredential && window.isSecureContext) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const trouble = form.querySelector("[data-trouble]");
      const button = form.querySelector("button");
      trouble.hidden = true;
      button.disabled = true;
      try {
        await use(form);
      } catch {
        trouble.hidden = false;
        button.disabled = false;
      }
    });
  }
}
