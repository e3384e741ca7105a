/* A replacement for Windows' bcryptprimitives.dll, only for programs under Wine 8. It provides two
   things that Rust programs need there.

   1. Rust's standard library gets random numbers from ProcessPrng in bcryptprimitives.dll, which
      Wine 8 does not have.

   2. Wine 8 has its own list of exception handlers, which starts in the thread's TEB and is ordered
      by the addresses of the handlers' stack frames. loom runs its threads on coroutine stacks at
      other addresses. So for a panic there, Wine first calls the outermost handler of the real
      thread, and the process ends. 64-bit Windows has no such list. So this DLL empties the list
      when a panic starts to unwind: GCC, and therefore Rust, raises exception codes of the form
      0x20474343 ("GCC", with flags in the high bits). */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length); /* RtlGenRandom, in advapi32 */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    return SystemFunction036(buffer, (ULONG)length);
}

static LONG CALLBACK before_unwinding(EXCEPTION_POINTERS *raised)
{
    if ((raised->ExceptionRecord->ExceptionCode & 0x00ffffff) == 0x00474343)
        ((NT_TIB *)NtCurrentTeb())->ExceptionList = (void *)~(ULONG_PTR)0; /* the end of the list */
    return EXCEPTION_CONTINUE_SEARCH;
}

BOOL WINAPI DllMain(HINSTANCE dll, DWORD reason, void *reserved)
{
    (void)dll, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        AddVectoredExceptionHandler(1, before_unwinding);
    return TRUE;
}
