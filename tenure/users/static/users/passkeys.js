// Passkey buttons: <button id data-passkey="loginForm|addForm|authenticateForm" data-credential="id of
// the hidden field" [data-options="id of the JSON"] [data-passwordless="id of the checkbox"]>
document.addEventListener("DOMContentLoaded", () => {
  const roles = { loginForm: "login", addForm: "add", authenticateForm: "authenticate" };
  for (const button of document.querySelectorAll("[data-passkey]")) {
    const { passkey, credential, options, passwordless } = button.dataset;
    const ids = { [roles[passkey]]: button.id, credential, data: options, passwordless };
    window.allauth.webauthn.forms[passkey]({ ids });
  }
  // Refused, cancelled, or the browser has none: said on the page, not in the console.
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const told = document.querySelector("[data-passkey-failed]");
    if (told) told.hidden = false;
  });
});
