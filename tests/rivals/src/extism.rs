//! Extism through the C interface of its library, as hosts in every language use it.

use anyhow::{Context, Result, bail};
use std::{
    ffi::{CStr, c_char, c_int, c_void},
    path::Path,
    ptr, slice,
};

type CompileFn = unsafe extern "C" fn(*const u8, u64, *mut c_void, u64, bool, *mut *mut c_char) -> *mut c_void;
type CreateFn = unsafe extern "C" fn(*const c_void, *mut *mut c_char) -> *mut c_void;
type CallFn = unsafe extern "C" fn(*mut c_void, *const c_char, *const u8, u64) -> c_int;
type LengthFn = unsafe extern "C" fn(*mut c_void) -> u64;
type DataFn = unsafe extern "C" fn(*mut c_void) -> *const u8;
type TextFn = unsafe extern "C" fn(*mut c_void) -> *const c_char;
type FreeFn = unsafe extern "C" fn(*mut c_void);
type VersionFn = unsafe extern "C" fn() -> *const c_char;

/// The library's functions that are needed here.
pub struct Library {
    compile: CompileFn,
    free_compiled: FreeFn,
    create: CreateFn,
    call: CallFn,
    output_length: LengthFn,
    output_data: DataFn,
    error: TextFn,
    free: FreeFn,
    version: VersionFn,
    /// The functions are there as long as this is.
    _opened: libloading::Library,
}

impl Library {
    /// Opens the library in a file.
    pub fn open(path: &Path) -> Result<Self> {
        let unusable = || format!("{} cannot be used as Extism's library", path.display());
        // SAFETY: the file is Extism's library as its makers publish it; loading it runs nothing that this program has
        // to take care of. The types above are those of `extism.h`, and the functions are dropped with the library.
        unsafe {
            let library = libloading::Library::new(path).with_context(unusable)?;
            Ok(Self {
                compile: *library.get(b"extism_compiled_plugin_new\0").with_context(unusable)?,
                free_compiled: *library.get(b"extism_compiled_plugin_free\0").with_context(unusable)?,
                create: *library.get(b"extism_plugin_new_from_compiled\0").with_context(unusable)?,
                call: *library.get(b"extism_plugin_call\0").with_context(unusable)?,
                output_length: *library.get(b"extism_plugin_output_length\0").with_context(unusable)?,
                output_data: *library.get(b"extism_plugin_output_data\0").with_context(unusable)?,
                error: *library.get(b"extism_plugin_error\0").with_context(unusable)?,
                free: *library.get(b"extism_plugin_free\0").with_context(unusable)?,
                version: *library.get(b"extism_version\0").with_context(unusable)?,
                _opened: library,
            })
        }
    }

    /// Its version.
    pub fn version(&self) -> String {
        // SAFETY: the function takes nothing and gives a text that stays.
        unsafe { text((self.version)()) }
    }
}

/// A plugin, compiled.
pub struct Compiled<'l> {
    library: &'l Library,
    pointer: *mut c_void,
}

impl<'l> Compiled<'l> {
    /// Compiles a module, without WASI and without functions of the host.
    pub fn new(library: &'l Library, module: &[u8]) -> Result<Self> {
        let mut problem = ptr::null_mut();
        // SAFETY: the module is readable for its length; no functions are handed over, as their number says.
        let pointer = unsafe {
            (library.compile)(module.as_ptr(), module.len() as u64, ptr::null_mut(), 0, false, &raw mut problem)
        };
        if pointer.is_null() {
            // SAFETY: where nothing was made, the library has put a text there. It is left to the end of the process.
            bail!("{}", unsafe { text(problem) });
        }
        Ok(Self { library, pointer })
    }
}

impl Drop for Compiled<'_> {
    fn drop(&mut self) {
        // SAFETY: the library made it, and nothing refers to it any more.
        unsafe { (self.library.free_compiled)(self.pointer) }
    }
}

/// A plugin that can be called.
pub struct Plugin<'l> {
    library: &'l Library,
    pointer: *mut c_void,
}

impl<'l> Plugin<'l> {
    /// Makes a plugin of compiled code. Its instance is made at its first call.
    pub fn new(compiled: &Compiled<'l>) -> Result<Self> {
        let library = compiled.library;
        let mut problem = ptr::null_mut();
        // SAFETY: the library made what was compiled, and keeps what the plugin needs of it.
        let pointer = unsafe { (library.create)(compiled.pointer, &raw mut problem) };
        if pointer.is_null() {
            // SAFETY: where nothing was made, the library has put a text there. It is left to the end of the process.
            bail!("{}", unsafe { text(problem) });
        }
        Ok(Self { library, pointer })
    }

    /// Calls a function of the plugin; the answer is there until the next call.
    pub fn call(&mut self, function: &CStr, input: &[u8]) -> Result<&[u8]> {
        // SAFETY: the plugin is whole, the name ends with a zero, and the input is readable for its length.
        let code = unsafe { (self.library.call)(self.pointer, function.as_ptr(), input.as_ptr(), input.len() as u64) };
        if code != 0 {
            // SAFETY: the plugin is whole; the text is copied before it is used again.
            bail!("the plugin failed ({code}): {}", unsafe { text((self.library.error)(self.pointer)) });
        }
        // SAFETY: the plugin is whole, and its output stays where it is until it is called again, which needs `self`.
        unsafe {
            let length = usize::try_from((self.library.output_length)(self.pointer))?;
            Ok(slice::from_raw_parts((self.library.output_data)(self.pointer), length))
        }
    }
}

impl Drop for Plugin<'_> {
    fn drop(&mut self) {
        // SAFETY: the library made it, and nothing refers to it any more.
        unsafe { (self.library.free)(self.pointer) }
    }
}

/// A text of the library's.
///
/// # Safety
/// The pointer is null, or leads to a text that ends with a zero.
unsafe fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return "Extism does not say why".to_owned();
    }
    // SAFETY: as this function asks for.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}
