
(function () {
  'use strict';
  var ladder = document.getElementById('ladder');
  var words = document.getElementById('words');
  var hint = words.textContent;
  var byKey = new Map();
  ladder.querySelectorAll('[data-k]').forEach(function (e) {
    var key = e.getAttribute('data-k');
    if (!byKey.has(key)) { byKey.set(key, []); }
    byKey.get(key).push(e);
  });
  var lit = [];
  function clear() {
    lit.forEach(function (e) { e.classList.remove('on'); });
    lit = [];
    ladder.classList.remove('some');
    words.textContent = hint;
  }
  function light(target) {
    clear();
    var keys = [target.getAttribute('data-k')].concat(target.getAttribute('data-rel').split(' '));
    keys.forEach(function (key) {
      (byKey.get(key) || []).forEach(function (e) { e.classList.add('on'); lit.push(e); });
    });
    ladder.classList.add('some');
    words.textContent = target.querySelector('title').textContent.split('; ').join('\n');
  }
  function of(event) {
    return event.target instanceof Element ? event.target.closest('[data-k]') : null;
  }
  ladder.addEventListener('pointerover', function (event) { var e = of(event); if (e) { light(e); } });
  ladder.addEventListener('pointerout', function (event) {
    var e = of(event);
    if (e && !(event.relatedTarget instanceof Element && e.contains(event.relatedTarget))) {
      var focused = document.activeElement && document.activeElement.closest('[data-k]');
      if (focused) { light(focused); } else { clear(); }
    }
  });
  ladder.addEventListener('focusin', function (event) { var e = of(event); if (e) { light(e); } });
  ladder.addEventListener('focusout', clear);
  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape') { if (document.activeElement) { document.activeElement.blur(); } clear(); }
  });
}());
