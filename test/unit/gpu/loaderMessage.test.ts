import assert from 'node:assert/strict';
import { providerFault } from '../../../src/core/gpu/loaderMessage';

describe('what a dynamic loader says', () => {
  const THROWN = 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library';
  const printed = (error: string) =>
    `\u001b[1;31m2026-11-24 08:25:20.926 [E:onnxruntime:onnxruntime-node, provider_bridge_ort.cc:2146 Create] /onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : ${error}\n\u001b[m\n`;

  it('names the missing library: glibc, musl, macOS', () => {
    for (const said of [
      printed(
        'Failed to load library /a b/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory',
      ),
      'Error loading shared library libcublasLt.so.13: No such file or directory (needed by /a/libonnxruntime_providers_cuda.so)',
      'dlopen(/a/b.node): Library not loaded: @rpath/libcublasLt.so.13\n  Referenced from: /a/b.node',
    ]) {
      assert.deepEqual(providerFault(THROWN, said), {
        reason: 'the library libcublasLt.so.13 is missing',
        missingLibrary: 'libcublasLt.so.13',
      });
    }
  });

  it('is told for what it is where nothing is missing', () => {
    const symbol = 'Failed to get symbol Provider_SetHost with error: /a/libx.so: undefined symbol: Provider_SetHost';
    assert.deepEqual(providerFault(THROWN, printed(symbol)), {
      reason: '/a/libx.so: undefined symbol: Provider_SetHost',
      missingLibrary: null,
    });
    const glibc =
      "Failed to load library /a/libx.so with error: /lib/libm.so.6: version `GLIBC_2.38' not found (required by /a/libx.so)";
    assert.match(providerFault(THROWN, printed(glibc)).reason, /GLIBC_2\.38' not found/);
  });

  it('does not hide what the runtime says itself', () => {
    const vulkan =
      "Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file: No such file or directory";
    assert.deepEqual(providerFault('Failed to get a WebGPU adapter: No supported adapters.', vulkan), {
      reason: 'Failed to get a WebGPU adapter: No supported adapters (the library libvulkan.so.1 is missing)',
      missingLibrary: 'libvulkan.so.1',
    });
    assert.equal(providerFault('CUDA failure 35: driver too old', '').reason, 'CUDA failure 35: driver too old');
    assert.equal(providerFault(null, 'one\nlast words\n').reason, 'last words');
    assert.equal(providerFault(null, '').reason, '');
    assert.equal(providerFault('x'.repeat(5000), 'y').reason.length, 300);
  });
});
