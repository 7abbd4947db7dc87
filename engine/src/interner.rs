//! Names as small numbers, so that predicates and indexes compare integers.

use rustc_hash::FxHashMap;

use crate::key::Name;

/// An interned name. Only meaningful beside the [`Interner`] that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(pub u32);

/// Every name seen, once. Names are never forgotten: there are as many as distinct fact names and
/// types, which people write by hand.
#[derive(Debug, Default)]
pub struct Interner {
    symbols: FxHashMap<Name, Symbol>,
    names: Vec<Name>,
}

impl Interner {
    /// The symbol of a name, made at first sight.
    pub fn intern(&mut self, name: &str) -> Symbol {
        if let Some(symbol) = self.symbols.get(name) {
            return *symbol;
        }
        let symbol = Symbol(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        let name: Name = name.into();
        self.names.push(name.clone());
        self.symbols.insert(name, symbol);
        symbol
    }

    /// The symbol of a name, if anybody interned it.
    pub fn find(&self, name: &str) -> Option<Symbol> {
        self.symbols.get(name).copied()
    }

    /// All names, by symbol.
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// The name of a symbol; empty for one of another interner.
    pub fn name(&self, symbol: Symbol) -> Name {
        self.names
            .get(symbol.0 as usize)
            .cloned()
            .unwrap_or_default()
    }
}
